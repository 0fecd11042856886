using Kiosk.Core.Failures;
using Kiosk.Devices.PictureDecoder;
using OpenCvSharp;

namespace Kiosk.Tests.Pictures;

public sealed class CardPortraitTests
{
    [Fact]
    public void A_file_and_its_bare_codestream_give_the_same_picture()
    {
        byte[] file = SamplePhoto.Jp2();
        byte[] bare = file[(file.AsSpan().IndexOf("jp2c"u8) + 4)..];
        using Mat fromFile = CardPortrait.Decode(file);
        using Mat fromBare = CardPortrait.Decode(bare);
        Assert.Equal(new Size(240, 320), fromFile.Size());
        Assert.Equal(0, Cv2.Norm(fromFile, fromBare));
    }

    [Fact]
    public void A_picture_that_claims_to_be_huge_is_refused_before_it_is_decoded()
    {
        byte[] file = SamplePhoto.Jp2();
        int codestream = file.AsSpan().IndexOf("jp2c"u8) + 4;
        file[codestream + 8] = 0x10; // width in SIZ
        Assert.Equal(Failure.PhotoUnreadable, Assert.Throws<FailureException>(() => CardPortrait.Decode(file)).Failure);
    }

    [Fact]
    public void No_cut_of_the_file_and_no_random_byte_does_more_than_refuse()
    {
        byte[] file = SamplePhoto.Jp2();
        Random random = new(1);
        for (int i = 0; i < 200; i++)
        {
            byte[] damaged = file[..random.Next(file.Length)];
            if (damaged.Length > 0) damaged[random.Next(damaged.Length)] ^= (byte)random.Next(1, 256);
            try
            {
                CardPortrait.Decode(damaged).Dispose();
            }
            catch (FailureException e)
            {
                Assert.Equal(Failure.PhotoUnreadable, e.Failure);
            }
        }
    }
}

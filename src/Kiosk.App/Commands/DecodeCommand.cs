using System.CommandLine;
using Kiosk.Devices.PictureDecoder;

namespace Kiosk.App.Commands;

/// <summary>`kiosk decode-image`: the kiosk starts it by itself to decode a card's pictures. Not for use by people.</summary>
internal static class DecodeCommand
{
    public static Command Make()
    {
        Command command = new(DecoderChild.Command, "decodes a card's pictures for the kiosk that started it") { Hidden = true };
        command.SetAction(_ => DecoderChild.Run());
        return command;
    }
}

using System.Text;
using Kiosk.Core.Failures;
using Kiosk.Devices.Camera;

namespace Kiosk.Tests.Faces;

/// <summary>Which device file is the camera, with fakes for the video nodes of Linux.</summary>
public sealed class CameraFinderTests
{
    private const string IdA = "/dev/v4l/by-id/usb-Acme_Cam_A1-video-index0", IdB = "/dev/v4l/by-id/usb-Beta_Cam_B7-video-index0";

    private readonly FakeNodes _nodes = new();

    [Fact]
    public void Zero_is_the_only_camera_whatever_its_number_and_its_metadata_node_is_skipped()
    {
        _nodes.All = [new("/dev/video4", "", "usb-1-2", Captures: false), new("/dev/video5", IdA, "usb-1-2", Captures: true)];
        Assert.Equal("/dev/video5", new CameraFinder("0", _nodes).Find());
    }

    [Fact]
    public void A_camera_with_a_colour_and_an_infrared_node_is_one_camera()
    {
        _nodes.All = [new("/dev/video10", "", "usb-1-2", true), new("/dev/video2", IdA, "usb-1-2", true)];
        Assert.Equal("/dev/video2", new CameraFinder("0", _nodes).Find());
    }

    [Fact]
    public void Two_cameras_are_told_apart_by_an_error_that_names_both()
    {
        _nodes.All = [new("/dev/video0", IdA, "usb-1-2", true), new("/dev/video2", "", "usb-1-3", true)];
        FailureException wrong = Assert.Throws<FailureException>(() => new CameraFinder("0", _nodes).Find());
        Assert.Equal(Failure.ConfigBroken, wrong.Failure);
        Assert.Contains(IdA, wrong.Detail, StringComparison.Ordinal);
        Assert.Contains("/dev/video2", wrong.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(IdB)]
    [InlineData("/dev/video2")]
    [InlineData("2")]
    public void A_camera_that_has_another_task_is_not_meant_by_zero(string tray)
    {
        _nodes.All = [new("/dev/video0", IdA, "usb-1-2", true), new("/dev/video2", IdB, "usb-1-3", true)];
        Assert.Equal("/dev/video0", new CameraFinder("0", _nodes, tray).Find());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("/dev/video1")]
    [InlineData(IdA)]
    public void A_camera_that_comes_back_under_another_number_is_found_by_its_name(string address)
    {
        _nodes.All = [new("/dev/video1", IdA, "usb-1-2", true)];
        CameraFinder finder = new(address, _nodes);
        Assert.Equal("/dev/video1", finder.Find());

        _nodes.All = [];
        Assert.Equal(Failure.CameraMissing, finder.Look()!.Failure);
        // Its old number is still held open, and another camera has appeared.
        _nodes.All = [new("/dev/video0", IdB, "usb-1-3", true), new("/dev/video2", IdA, "usb-1-2", true)];
        Assert.Equal("/dev/video2", finder.Find());
        Assert.Null(finder.Look());
    }

    [Fact]
    public void A_camera_that_was_replaced_is_found_by_zero()
    {
        _nodes.All = [new("/dev/video0", IdA, "usb-1-2", true)];
        CameraFinder finder = new("0", _nodes);
        finder.Find();
        _nodes.All = [new("/dev/video3", IdB, "usb-1-4", true)];
        Assert.Equal("/dev/video3", finder.Find());
    }

    [Theory]
    [InlineData("/dev/v4l/by-id/usb-Acme_Cam_A1-video-index1")]
    [InlineData("1")]
    public void The_metadata_node_of_a_camera_stands_for_the_camera(string address)
    {
        _nodes.All =
        [
            new("/dev/video1", "/dev/v4l/by-id/usb-Acme_Cam_A1-video-index1", "usb-1-2", false), new("/dev/video6", IdA, "usb-1-2", true),
        ];
        Assert.Equal("/dev/video6", new CameraFinder(address, _nodes).Find());
    }

    [Theory]
    [InlineData("7", "no /dev/video7")]
    [InlineData("/dev/v4l/by-id/usb-None", "no /dev/v4l/by-id/usb-None")]
    [InlineData("3", "gives no pictures")]
    public void What_is_no_camera_is_missing_and_named(string address, string detail)
    {
        _nodes.All = [new("/dev/video3", "", "platform:encoder", false)];
        FailureException missing = Assert.Throws<FailureException>(() => new CameraFinder(address, _nodes).Find());
        Assert.Equal(Failure.CameraMissing, missing.Failure);
        Assert.Contains(detail, missing.Detail, StringComparison.Ordinal);
    }

    /// <summary>capabilities and device_caps as the kernel's uvcvideo and other drivers set them.</summary>
    [Theory]
    [InlineData(0x84A00001, 0x04200001, true)]
    [InlineData(0x84A00001, 0x04A00000, false)]
    [InlineData(0x85201000, 0x05201000, true)]
    [InlineData(0x84204000, 0x04204000, false)]
    [InlineData(0x05000001, 0x00000000, true)]
    public void A_node_is_judged_by_its_own_capabilities(uint capabilities, uint own, bool captures)
    {
        byte[] answer = new byte[V4l2Nodes.CapabilitySize];
        Encoding.ASCII.GetBytes("usb-0000:00:14.0-2").CopyTo(answer, 48);
        BitConverter.GetBytes(capabilities).CopyTo(answer, 84);
        BitConverter.GetBytes(own).CopyTo(answer, 88);
        Assert.Equal(("usb-0000:00:14.0-2", captures), V4l2Nodes.Parse(answer));
    }

    private sealed class FakeNodes : IVideoNodes
    {
        public IReadOnlyList<VideoNode> All { get; set; } = [];

        public IReadOnlyList<VideoNode> List() => All;

        public bool Exists(string path) => All.Any(n => n.Path == path);
    }
}

using System.CommandLine;
using Kiosk.Devices.PictureDecoder;

namespace Kiosk.App.Commands;

/// <summary>`kiosk decode-image`: started by the kiosk itself to open a card's pictures; nothing for people.</summary>
internal static class DecodeCommand
{
    public static Command Make()
    {
        Command command = new(DecoderChild.Command, "decodes a card's pictures for the kiosk that started it") { Hidden = true };
        command.SetAction(_ => DecoderChild.Run());
        return command;
    }
}

using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Kiosk.Tests")]
[assembly: InternalsVisibleTo("Kiosk.Journeys")]
[assembly: InternalsVisibleTo("Kiosk.Hardware")]

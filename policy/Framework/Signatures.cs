using Google.Protobuf.WellKnownTypes;

namespace Scalelab.Policy.Framework;

/// <summary>The fixed texts by which Pulumi marks special values on the wire.</summary>
internal static class Signatures
{
    public const string Key = "4dabf18193072939515e22adb298388d";
    public const string ValueKey = "value";
    public const string Secret = "1b47061264138c4ac30d75fd1eb44270";
    public const string OutputValue = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

    /// <summary>A value of any type that is not known yet.</summary>
    public const string Unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

    // Older SDKs tell unknowns apart by type: bool, number, array, asset, archive, object.
    private static readonly HashSet<string> Unknowns =
    [
        Unknown,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    ];

    public static bool IsUnknown(string text) => Unknowns.Contains(text);

    /// <summary>What kind of special value an object is; null for an ordinary one.</summary>
    public static string? Of(Struct fields) => fields.Fields.TryGetValue(Key, out var signature) ? signature.StringValue : null;
}

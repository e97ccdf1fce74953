namespace Scalelab.Generator;

/// <summary>Lists by type that lie beside the generator: <c>Core.V1.Container: name image</c>, one type a line.</summary>
internal static class TextLists
{
    public static IEnumerable<(string Type, string[] Entries)> Read(string name)
    {
        using var stream = typeof(TextLists).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Split(':', 2, StringSplitOptions.TrimEntries) is [var type, var entries])
            {
                yield return (type, entries.Split(' '));
            }
        }
    }
}

using System.Text.RegularExpressions;

namespace Scalelab.Sdk.Tests.Surface;

/// <summary>The public surface of Pulumi's own packages, from <c>../shared/pulumi-api</c>; absent on most machines.</summary>
internal static partial class OfficialSurface
{
    public static IReadOnlyDictionary<string, TypeSurface>? TryRead(string package)
    {
        var file = Path.Combine(FindRoot(), "..", "shared", "pulumi-api", $"{package}.txt");
        return File.Exists(file) ? Parse(File.ReadLines(file)) : null;
    }

    private static Dictionary<string, TypeSurface> Parse(IEnumerable<string> lines)
    {
        var types = new Dictionary<string, TypeSurface>();
        var members = new HashSet<string>();
        foreach (var line in lines)
        {
            if (line.StartsWith(' '))
            {
                members.Add(line.Trim());
                continue;
            }

            var name = TypeName().Match(line).Groups[1].Value;
            members = [];
            types.Add(name, new TypeSurface(name, line, members));
        }

        return types;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Infra.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"No Infra.sln above {AppContext.BaseDirectory}.");
        }

        return folder.FullName;
    }

    // The name ends at the base type or the first attribute; inside its type parameters there may be spaces.
    [GeneratedRegex(@"(?:class|struct|interface) (.+?)(?= : | \[|$)")]
    private static partial Regex TypeName();
}

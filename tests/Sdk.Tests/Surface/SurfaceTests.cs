using System.Reflection;

namespace Scalelab.Sdk.Tests.Surface;

/// <summary>
/// A program that builds here must build with Pulumi's own packages. Compares with <c>../shared/pulumi-api</c>; skipped where that is absent.
/// </summary>
public sealed class SurfaceTests
{
    public static TheoryData<string> Packages => ["Pulumi", "Pulumi.Kubernetes", "Pulumi.Docker", "Pulumi.Command"];

    [Theory]
    [MemberData(nameof(Packages))]
    public void EmbeddedPackage_HasNothingThatTheOfficialOneLacks(string package)
    {
        var official = OfficialOrSkip(package);
        var differences = new List<string>();
        foreach (var type in EmbeddedSurface.Read(Assembly.Load(package)).Where(type => !IsUnlisted(type, official)))
        {
            if (!official.TryGetValue(type.Name, out var counterpart))
            {
                differences.Add($"{type.Heading}: no such type");
                continue;
            }

            if (type.Heading != counterpart.Heading)
            {
                differences.Add($"{type.Heading}: should be {counterpart.Heading}");
            }

            differences.AddRange(type.Members.Except(counterpart.Members).Select(member => $"{type.Name}: {member}"));
        }

        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void EmbeddedPackage_HasEverythingOfTheOfficialOneButTheKnownGaps(string package)
    {
        var official = OfficialOrSkip(package);
        var embedded = EmbeddedSurface.Read(Assembly.Load(package)).ToDictionary(type => type.Name);
        var missing = new HashSet<string>();
        foreach (var type in official.Values)
        {
            if (embedded.TryGetValue(type.Name, out var counterpart))
            {
                missing.UnionWith(type.Members.Except(counterpart.Members).Select(member => $"{type.Name}: {member}"));
            }
            else
            {
                missing.Add(type.Name);
            }
        }

        var gaps = KnownGaps.Of(package);
        var unexpected = missing.Where(gap => !gaps.Keys.Any(known => IsCovered(gap, known))).Select(gap => $"missing: {gap}");
        var closed = gaps.Keys.Where(known => !missing.Any(gap => IsCovered(gap, known)))
            .Select(gap => $"no longer missing, remove it from {nameof(KnownGaps)}: {gap}");
        var message = string.Join(Environment.NewLine, unexpected.Concat(closed));
        Assert.True(message == "", message);
    }

    // The lists leave out what programs only read. That of the Kubernetes package leaves out patches, some groups, and the inputs of lists,
    // which other lines mention.
    private static bool IsUnlisted(TypeSurface type, IReadOnlyDictionary<string, TypeSurface> official)
        => type.Name.StartsWith("Pulumi.Kubernetes.Types.Outputs.", StringComparison.Ordinal)
            || type.Name.StartsWith("Pulumi.Docker.Outputs.", StringComparison.Ordinal)
            || type.Name.EndsWith("Patch", StringComparison.Ordinal)
            || type.Name.EndsWith("PatchArgs", StringComparison.Ordinal)
            || !official.Keys.Any(other => NamespaceOf(other) == NamespaceOf(type.Name))
            || (type.Name.EndsWith("ListArgs", StringComparison.Ordinal)
                && official.Values.Any(other => other.Members.Any(member => member.Contains($" {type.Name} args=", StringComparison.Ordinal))));

    private static bool IsCovered(string missing, string known)
        => known.EndsWith('*') ? missing.StartsWith(known[..^1], StringComparison.Ordinal) : missing == known;

    private static string NamespaceOf(string name)
        => name[..name.LastIndexOf('.')];

    private static IReadOnlyDictionary<string, TypeSurface> OfficialOrSkip(string package)
    {
        var official = OfficialSurface.TryRead(package);
        Assert.SkipWhen(official == null, "../shared/pulumi-api is not on this machine: the official surface cannot be compared.");
        return official;
    }
}

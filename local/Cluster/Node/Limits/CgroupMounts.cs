namespace Scalelab.Cluster.Node.Limits;

/// <summary>Where the kernel shows its control groups, and which of them this process is in: what <c>/proc/self</c> says (cgroups(7)). Pure.</summary>
/// <param name="Unified">The folder of this process's group of version 2, and the topmost one; null without version 2.</param>
/// <param name="Separate">The same for each controller of version 1, by its name.</param>
internal sealed record CgroupMounts(CgroupPlace? Unified, IReadOnlyDictionary<string, CgroupPlace> Separate)
{
    /// <param name="mounts">The content of <c>/proc/self/mountinfo</c>.</param>
    /// <param name="groups">The content of <c>/proc/self/cgroup</c>.</param>
    public static CgroupMounts Parse(string mounts, string groups)
    {
        var own = groups.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(':', 3)).Where(parts => parts.Length == 3)
            .SelectMany(parts => parts[1].Split(',').Select(controller => (controller, Path: parts[2])))
            .DistinctBy(entry => entry.controller).ToDictionary(entry => entry.controller, entry => entry.Path, StringComparer.Ordinal);
        CgroupPlace? unified = null;
        var separate = new Dictionary<string, CgroupPlace>(StringComparer.Ordinal);
        foreach (var line in mounts.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var halves = line.Split(" - ", 2);
            var (left, right) = (halves[0].Split(' '), halves.Length == 2 ? halves[1].Split(' ') : []);
            if (left.Length < 5 || right.Length < 3)
            {
                continue;
            }

            var (root, top) = (left[3], left[4]);
            if (right[0] == "cgroup2" && own.TryGetValue("", out var path))
            {
                unified ??= Place(top, root, path);
            }
            else if (right[0] == "cgroup")
            {
                foreach (var controller in right[2].Split(',').Where(own.ContainsKey))
                {
                    separate.TryAdd(controller, Place(top, root, own[controller]));
                }
            }
        }

        return new CgroupMounts(unified, separate);
    }

    /// <param name="root">What of the hierarchy is mounted: in a container often only a part.</param>
    private static CgroupPlace Place(string top, string root, string path)
    {
        var below = root != "/" && path.StartsWith(root, StringComparison.Ordinal) ? path[root.Length..] : path;
        return new CgroupPlace(top, (top + below).TrimEnd('/'));
    }
}

/// <param name="Top">The topmost folder that can be seen.</param>
/// <param name="Own">The folder of the group that this process is in; at or below the former.</param>
internal sealed record CgroupPlace(string Top, string Own);

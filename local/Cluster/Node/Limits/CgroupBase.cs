namespace Scalelab.Cluster.Node.Limits;

/// <summary>A folder below which this process may make control groups for one resource.</summary>
/// <param name="Version">1 or 2.</param>
/// <param name="Folder">This cluster's own group, which holds one for each container.</param>
internal sealed record CgroupBase(int Version, string Folder)
{
    /// <summary>Makes the cluster's group for a controller (<c>cpu</c> or <c>memory</c>).</summary>
    /// <param name="problem">Why it cannot be made, when null is returned.</param>
    public static CgroupBase? Open(CgroupMounts mounts, string controller, string name, out string problem)
    {
        try
        {
            if (mounts.Separate.TryGetValue(controller, out var place))
            {
                var folder = $"{place.Own}/{name}";
                Directory.CreateDirectory(folder);
                problem = "";
                return new CgroupBase(1, folder);
            }

            if (mounts.Unified is { } unified)
            {
                return OpenUnified(unified, controller, name, out problem);
            }

            problem = "the system has no control groups";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = exception.Message.TrimEnd('.');
        }

        return null;
    }

    /// <summary>
    /// In version 2 a group with processes in it cannot pass controllers on, unless it is the topmost: so the group goes below the nearest one
    /// above this process that passes the controller on already, or that can be told to.
    /// </summary>
    private static CgroupBase? OpenUnified(CgroupPlace place, string controller, string name, out string problem)
    {
        problem = $"no group above {place.Own} passes the controller {controller} on to groups that this user may make";
        for (var parent = place.Own; parent.Length >= place.Top.Length; parent = Path.GetDirectoryName(parent)!)
        {
            try
            {
                if (!Words($"{parent}/cgroup.controllers").Contains(controller) || !PassesOn(parent, controller))
                {
                    continue;
                }

                var folder = $"{parent}/{name}";
                Directory.CreateDirectory(folder);
                if (PassesOn(folder, controller))
                {
                    return new CgroupBase(2, folder);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Not this one; the reason that is told is the last one's.
                problem = exception.Message.TrimEnd('.');
            }
        }

        return null;
    }

    private static bool PassesOn(string folder, string controller)
    {
        var control = $"{folder}/cgroup.subtree_control";
        if (!Words(control).Contains(controller))
        {
            File.WriteAllText(control, "+" + controller);
        }

        return Words(control).Any(word => word.TrimStart('+') == controller);
    }

    private static string[] Words(string file) => File.ReadAllText(file).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
}

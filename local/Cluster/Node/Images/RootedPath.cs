namespace Scalelab.Cluster.Node.Images;

/// <summary>
/// Paths inside a folder as a process that has the folder for its root would see them: <c>..</c> and symbolic links never lead out.
/// The folder must not change meanwhile.
/// </summary>
internal static class RootedPath
{
    private const int MaximumLinks = 64;

    /// <summary>
    /// Resolves every symbolic link on the way to <paramref name="path"/>; its last component too when
    /// <paramref name="followLast"/>. What does not exist is taken as it is written.
    /// </summary>
    /// <exception cref="InvalidDataException">There are too many links, as in a loop.</exception>
    public static string Resolve(string root, string path, bool followLast)
    {
        var pending = new Stack<string>(Split(path).Reverse());
        var resolved = new List<string>();
        var links = 0;
        while (pending.TryPop(out var part))
        {
            if (part == "..")
            {
                if (resolved.Count > 0)
                {
                    resolved.RemoveAt(resolved.Count - 1);
                }

                continue;
            }

            var here = Join(root, resolved, part);
            var target = pending.Count > 0 || followLast ? new FileInfo(here).LinkTarget : null;
            if (target is null)
            {
                resolved.Add(part);
                continue;
            }

            if (++links > MaximumLinks)
            {
                throw new InvalidDataException($"too many levels of symbolic links in {path}");
            }

            if (target.StartsWith('/'))
            {
                resolved.Clear();
            }

            foreach (var step in Split(target).Reverse())
            {
                pending.Push(step);
            }
        }

        return Join(root, resolved);
    }

    /// <summary>The components of a path without empty ones and <c>.</c>; leading slashes fall away.</summary>
    public static IEnumerable<string> Split(string path) => path.Split('/').Where(part => part.Length > 0 && part != ".");

    private static string Join(string root, List<string> parts, string? last = null)
    {
        var path = parts.Count == 0 ? root : $"{root}/{string.Join('/', parts)}";
        return last is null ? path : $"{path}/{last}";
    }
}

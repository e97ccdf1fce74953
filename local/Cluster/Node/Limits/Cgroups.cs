using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Scalelab.Cluster.Node.Limits;

/// <summary>
/// Keeps containers within their limits by Linux' control groups, version 1 or 2, for each of CPU and memory where this user may make
/// groups: as root, or where a group was delegated (systemd does that for a user's services).
/// </summary>
internal sealed class Cgroups
{
    private readonly CgroupBase? _cpu;
    private readonly CgroupBase? _memory;
    private readonly ILogger _logger;

    private Cgroups(CgroupBase? cpu, CgroupBase? memory, string? unenforced, ILogger logger)
    {
        _cpu = cpu;
        _memory = memory;
        _logger = logger;
        Unenforced = unenforced;
    }

    /// <summary>Which limits are not enforced, and why, as a sentence; null when all are.</summary>
    public string? Unenforced { get; }

    private IEnumerable<string> Bases => new[] { _cpu, _memory }.OfType<CgroupBase>().Select(one => one.Folder).Distinct();

    /// <summary>Finds out what is permitted on this machine.</summary>
    /// <param name="owner">Whose containers these are: each cluster of a machine has groups of its own.</param>
    public static Cgroups Open(string owner, ILogger logger)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new Cgroups(null, null, "CPU and memory limits of containers are not enforced: only Linux has control groups.", logger);
        }

        var name = "scalelab-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(owner)))[..12];
        return Open(CgroupMounts.Parse(File.ReadAllText("/proc/self/mountinfo"), File.ReadAllText("/proc/self/cgroup")), name, logger);
    }

    internal static Cgroups Open(CgroupMounts mounts, string name, ILogger logger)
    {
        var cpu = CgroupBase.Open(mounts, "cpu", name, out var cpuProblem);
        var memory = CgroupBase.Open(mounts, "memory", name, out var memoryProblem);
        var unenforced = (cpu, memory) switch
        {
            ({ }, { }) => null,
            (null, { }) => $"CPU limits of containers are not enforced: {cpuProblem}.",
            ({ }, null) => $"Memory limits of containers are not enforced: {memoryProblem}.",
            _ => $"CPU and memory limits of containers are not enforced: {memoryProblem}.",
        };
        return new Cgroups(cpu, memory, unenforced, logger);
    }

    /// <summary>Makes the group of a container.</summary>
    /// <exception cref="IOException">The kernel refuses a limit; the message names the file and the value.</exception>
    public ContainerCgroup Create(string id, ResourceLimits limits)
    {
        var group = Find(id);
        group.Make();
        foreach (var entry in _cpu is null ? [] : CgroupFiles.ForCpu(_cpu.Version, limits))
        {
            Write($"{_cpu!.Folder}/{id}/{entry.File}", entry);
        }

        foreach (var entry in _memory is null ? [] : CgroupFiles.ForMemory(_memory.Version, limits))
        {
            Write($"{_memory!.Folder}/{id}/{entry.File}", entry);
        }

        return group;
    }

    /// <summary>The group of a container that has been made already.</summary>
    public ContainerCgroup Find(string id) =>
        new([.. Bases.Select(folder => $"{folder}/{id}")], _memory is null ? null : $"{_memory.Folder}/{id}/{CgroupFiles.OutOfMemoryFile(_memory.Version)}", _logger);

    /// <summary>Removes the groups that no process is in any more: what an earlier daemon left.</summary>
    public void RemoveEmpty()
    {
        foreach (var id in Bases.Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories).Select(Path.GetFileName).Distinct().ToList())
        {
            Find(id!).RemoveIfEmpty();
        }
    }

    /// <summary>Removes the cluster's own groups, if they are empty.</summary>
    public void Close()
    {
        RemoveEmpty();
        foreach (var folder in Bases)
        {
            ContainerCgroup.RemoveIfEmpty(folder);
        }
    }

    private static void Write(string path, CgroupFiles.Entry entry)
    {
        try
        {
            // Opened as it is: the kernel makes these files, and what it has not made it does not know.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write(Encoding.ASCII.GetBytes(entry.Value));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (entry.Needed)
            {
                throw new IOException($"failed to write \"{entry.Value}\" to {path}: {exception.Message}", exception);
            }
        }
    }
}

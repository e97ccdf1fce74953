using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Node.Processes;

namespace Scalelab.Cluster.Node.Limits;

/// <summary>The control group of one container; in version 1 one for each resource.</summary>
/// <param name="folders">None where nothing can be enforced.</param>
/// <param name="outOfMemoryFile">Counts the processes killed for lack of memory; null where memory cannot be limited.</param>
internal sealed class ContainerCgroup(IReadOnlyList<string> folders, string? outOfMemoryFile, ILogger logger)
{
    public void Make()
    {
        foreach (var folder in folders)
        {
            Directory.CreateDirectory(folder);
        }
    }

    /// <summary>Puts a process into the group. What it has started before stays outside, so this comes at once after its start.</summary>
    public void Add(int process)
    {
        foreach (var folder in folders)
        {
            try
            {
                using var file = new FileStream($"{folder}/cgroup.procs", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
                file.Write(Encoding.ASCII.GetBytes(process.ToString(CultureInfo.InvariantCulture)));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It may have ended already; else its limits are not enforced, which must not go unnoticed.
                logger.LogWarning("Process {Process} could not be put into {Group}: {Reason}", process, folder, exception.Message);
            }
        }
    }

    /// <summary>Whether the kernel has killed a process of the group for lack of memory.</summary>
    public bool RanOutOfMemory()
    {
        try
        {
            return outOfMemoryFile is not null && File.Exists(outOfMemoryFile) && CgroupFiles.OutOfMemoryKills(File.ReadAllText(outOfMemoryFile)) > 0;
        }
        catch (IOException exception)
        {
            logger.LogWarning("{File} could not be read: {Reason}", outOfMemoryFile, exception.Message);
            return false;
        }
    }

    public void RemoveIfEmpty()
    {
        foreach (var folder in folders)
        {
            RemoveIfEmpty(folder);
        }
    }

    /// <summary>The kernel lets a group go only when the last process of it is gone for good; one that is still there is removed at the next start.</summary>
    public static void RemoveIfEmpty(string folder)
    {
        if (OperatingSystem.IsLinux() && Directory.Exists(folder))
        {
            // Not Directory.Delete: the files in it are the kernel's and cannot be deleted, only the folder as a whole.
            Posix.RemoveFolder(folder);
        }
    }
}

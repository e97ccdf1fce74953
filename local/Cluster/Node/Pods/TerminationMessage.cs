using System.Text;
using k8s.Models;
using Scalelab.Cluster.Node.Processes;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>What a container's status says about its end beyond the exit code.</summary>
internal static class TerminationMessage
{
    // kubelet's limits of a message taken from the log.
    private const int MaximumBytes = 2048;
    private const int MaximumLines = 80;

    // As Linux, .NET, Go, Node.js and Windows say it.
    private static readonly string[] PortTaken = ["address already in use", "EADDRINUSE", "Only one usage of each socket address"];

    private const string Advice =
        "The program could not listen, because its port is taken. The pods of this cluster share one machine's network: "
        + "a program that listens on all addresses (0.0.0.0) gets in the way of every other one on that port. "
        + "Make it listen on the pod's own address, which the variable POD_IP holds.";

    /// <summary>
    /// The end of the log where the container asks for it (terminationMessagePolicy FallbackToLogsOnError), or advice where the log tells of a
    /// mistake that only pods which are processes can make; null where there is nothing to say.
    /// </summary>
    public static string? For(V1Container container, ContainerExit exit, string log)
    {
        if (exit.ExitCode == 0 || !File.Exists(log))
        {
            return null;
        }

        var tail = Tail(log);
        return container.TerminationMessagePolicy == "FallbackToLogsOnError" && tail.Length > 0 ? tail
            : PortTaken.Any(text => tail.Contains(text, StringComparison.OrdinalIgnoreCase)) ? Advice
            : null;
    }

    private static string Tail(string log)
    {
        using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

        // Each line has a head of its own in the file, which is at most 45 bytes long.
        file.Seek(-Math.Min(file.Length, MaximumBytes + (MaximumLines * 45)), SeekOrigin.End);
        using var reader = new StreamReader(file, Encoding.UTF8);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', 4)).Where(parts => parts.Length == 4)
            .Select(parts => parts[2] == "F" ? parts[3] + "\n" : parts[3]).TakeLast(MaximumLines);
        var text = Encoding.UTF8.GetBytes(string.Concat(lines));
        return Encoding.UTF8.GetString(text.AsSpan(Math.Max(0, text.Length - MaximumBytes)));
    }
}

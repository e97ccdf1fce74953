using System.Text.Json;

namespace Scalelab.Cli.Daemon;

/// <summary>What the daemon says of itself in daemon.json.</summary>
internal sealed record DaemonRecord
{
    public required int Pid { get; init; }

    /// <summary>The process's <see cref="Cluster.Node.Processes.ProcessIdentity"/>: tells the daemon from a later process with the same id.</summary>
    public required string ProcessIdentity { get; init; }

    public required DaemonState State { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The <see cref="DaemonBuild"/> that it runs.</summary>
    public string? Build { get; init; }

    /// <summary>The registry's address, for example 127.0.0.1:5000; null until it listens.</summary>
    public string? Registry { get; init; }

    /// <summary>The Kubernetes API's address; null until it answers.</summary>
    public string? Api { get; init; }

    /// <summary>Why the daemon could not start.</summary>
    public string? Error { get; init; }

    /// <summary>Whether the process that wrote this still runs.</summary>
    public bool IsAlive() => Cluster.Node.Processes.ProcessIdentity.Of(Pid) == ProcessIdentity;

    /// <summary>Reads daemon.json; null when there is none. A file that cannot be understood counts as none: the daemon replaces it whole, so
    /// it was not written by one.</summary>
    public static DaemonRecord? Read(LabHome home)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(home.DaemonFile), DaemonJson.Default.DaemonRecord);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    public void Write(LabHome home)
    {
        var temporary = $"{home.DaemonFile}.{Pid}";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(this, DaemonJson.Default.DaemonRecord));
        File.Move(temporary, home.DaemonFile, overwrite: true);
    }
}

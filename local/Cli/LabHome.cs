namespace Scalelab.Cli;

/// <summary>The folder that holds all state of the embedded parts: <c>.lab</c> in the repository unless <c>SCALELAB_HOME</c> or <c>--home</c> names another.</summary>
internal sealed record LabHome(string Folder)
{
    /// <summary>Who runs and where it listens.</summary>
    public string DaemonFile => Path.Combine(Folder, "daemon.json");

    /// <summary>Held by the running daemon: two of them never share a folder.</summary>
    public string LockFile => Path.Combine(Folder, "daemon.lock");

    /// <summary>What the daemon logs.</summary>
    public string DaemonLog => Path.Combine(Folder, "daemon.log");

    /// <summary>What the daemon's runtime prints when it dies; empty otherwise.</summary>
    public string DaemonOutput => Path.Combine(Folder, "daemon.out");

    /// <summary>Full traces of failed commands.</summary>
    public string CommandLog => Path.Combine(Folder, "lab.log");

    public string Kubeconfig => Path.Combine(Folder, "kubeconfig");

    public string Registry => Path.Combine(Folder, "registry");

    public string Cluster => Path.Combine(Folder, "cluster");

    public string Nodes => Path.Combine(Folder, "nodes");

    public string Stacks => Path.Combine(Folder, "stacks");

    /// <summary>Makes the folder, for its owner only: keys and tokens lie below it.</summary>
    public void Create()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Folder);
        }
        else
        {
            Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}

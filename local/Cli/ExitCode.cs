namespace Scalelab.Cli;

/// <summary>What the process's exit code says; the root help text lists the same.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The command failed; the reason is on stderr.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary><c>preview --expect-no-changes</c> found changes.</summary>
    public const int Changes = 3;

    /// <summary>Interrupted by Ctrl-C or SIGTERM; what was done is recorded.</summary>
    public const int Cancelled = 130;
}

using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Command.Local;

/// <summary>What a command line left.</summary>
[OutputType]
[SuppressMessage("Design", "CA1051", Justification = "Pulumi's public API.")]
public sealed class RunResult
{
    /// <summary>Whether update and delete find the last output in PULUMI_COMMAND_STDOUT and PULUMI_COMMAND_STDERR; default true.</summary>
    public readonly bool? AddPreviousOutputInEnv;
    /// <summary>The files that <c>ArchivePaths</c> names.</summary>
    public readonly Archive? Archive;
    /// <summary>Globs of files to return in one archive.</summary>
    public readonly ImmutableArray<string> ArchivePaths;
    /// <summary>Globs of files to return one by one.</summary>
    public readonly ImmutableArray<string> AssetPaths;
    /// <summary>The files that <c>AssetPaths</c> names, by path.</summary>
    public readonly ImmutableDictionary<string, AssetOrArchive> Assets;
    /// <summary>The command line.</summary>
    public readonly string Command;
    /// <summary>The folder to run in; the program's where left out.</summary>
    public readonly string? Dir;
    /// <summary>Variables besides the inherited ones.</summary>
    public readonly ImmutableDictionary<string, string> Environment;
    /// <summary>What runs the command line, its arguments included; <c>/bin/sh -c</c> or <c>cmd /C</c> where left out.</summary>
    public readonly ImmutableArray<string> Interpreter;
    /// <summary>What of the output is shown while it runs; default both.</summary>
    public readonly Logging? Logging;
    /// <summary>What the command wrote as errors.</summary>
    public readonly string Stderr;
    /// <summary>Given to the command.</summary>
    public readonly string? Stdin;
    /// <summary>What the command wrote.</summary>
    public readonly string Stdout;

    [OutputConstructor]
    internal RunResult(
        bool? addPreviousOutputInEnv,
        Archive? archive,
        ImmutableArray<string> archivePaths,
        ImmutableArray<string> assetPaths,
        ImmutableDictionary<string, AssetOrArchive> assets,
        string command,
        string? dir,
        ImmutableDictionary<string, string> environment,
        ImmutableArray<string> interpreter,
        Logging? logging,
        string stderr,
        string? stdin,
        string stdout)
    {
        AddPreviousOutputInEnv = addPreviousOutputInEnv;
        Archive = archive;
        ArchivePaths = archivePaths;
        AssetPaths = assetPaths;
        Assets = assets;
        Command = command;
        Dir = dir;
        Environment = environment;
        Interpreter = interpreter;
        Logging = logging;
        Stderr = stderr;
        Stdin = stdin;
        Stdout = stdout;
    }
}

namespace Pulumi.Command.Local;

/// <summary>The arguments of <see cref="Run.InvokeAsync"/>.</summary>
public sealed class RunArgs : InvokeArgs
{
    public static new RunArgs Empty => new();

    /// <summary>Whether update and delete find the last output in PULUMI_COMMAND_STDOUT and PULUMI_COMMAND_STDERR; default true.</summary>
    [Input("addPreviousOutputInEnv")]
    public bool? AddPreviousOutputInEnv { get; set; }

    /// <summary>Globs of files to return in one archive.</summary>
    [field: Input("archivePaths")]
    public List<string> ArchivePaths
    {
        get => field ??= [];
        set;
    }

    /// <summary>Globs of files to return one by one.</summary>
    [field: Input("assetPaths")]
    public List<string> AssetPaths
    {
        get => field ??= [];
        set;
    }

    /// <summary>The command line.</summary>
    [Input("command", required: true)]
    public string Command { get; set; } = null!;

    /// <summary>The folder to run in; the program's where left out.</summary>
    [Input("dir")]
    public string? Dir { get; set; }

    /// <summary>Variables besides the inherited ones.</summary>
    [field: Input("environment")]
    public Dictionary<string, string> Environment
    {
        get => field ??= [];
        set;
    }

    /// <summary>What runs the command line, its arguments included; <c>/bin/sh -c</c> or <c>cmd /C</c> where left out.</summary>
    [field: Input("interpreter")]
    public List<string> Interpreter
    {
        get => field ??= [];
        set;
    }

    /// <summary>What of the output is shown while it runs; default both.</summary>
    [Input("logging")]
    public Logging? Logging { get; set; }

    /// <summary>Given to the command.</summary>
    [Input("stdin")]
    public string? Stdin { get; set; }
}

namespace Pulumi.Command.Local;

/// <summary>The inputs of a <see cref="Command"/>.</summary>
public sealed class CommandArgs : ResourceArgs
{
    public static new CommandArgs Empty => new();

    /// <summary>Whether update and delete find the last output in PULUMI_COMMAND_STDOUT and PULUMI_COMMAND_STDERR; default true.</summary>
    [Input("addPreviousOutputInEnv")]
    public Input<bool>? AddPreviousOutputInEnv { get; set; }

    /// <summary>Globs of files to return in one archive.</summary>
    [field: Input("archivePaths")]
    public InputList<string> ArchivePaths
    {
        get => field ??= [];
        set;
    }

    /// <summary>Globs of files to return one by one.</summary>
    [field: Input("assetPaths")]
    public InputList<string> AssetPaths
    {
        get => field ??= [];
        set;
    }

    /// <summary>Run to create, and to update where there is no <c>Update</c>.</summary>
    [Input("create")]
    public Input<string>? Create { get; set; }

    /// <summary>Run to delete.</summary>
    [Input("delete")]
    public Input<string>? Delete { get; set; }

    /// <summary>The folder to run in; the program's where left out.</summary>
    [Input("dir")]
    public Input<string>? Dir { get; set; }

    /// <summary>Variables besides the inherited ones.</summary>
    [field: Input("environment")]
    public InputMap<string> Environment
    {
        get => field ??= [];
        set;
    }

    /// <summary>What runs the command line, its arguments included; <c>/bin/sh -c</c> or <c>cmd /C</c> where left out.</summary>
    [field: Input("interpreter")]
    public InputList<string> Interpreter
    {
        get => field ??= [];
        set;
    }

    /// <summary>What of the output is shown while it runs; default both.</summary>
    [Input("logging")]
    public Input<Logging>? Logging { get; set; }

    /// <summary>Given to the command.</summary>
    [Input("stdin")]
    public Input<string>? Stdin { get; set; }

    /// <summary>Another value than last time replaces the resource.</summary>
    [field: Input("triggers")]
    public InputList<object> Triggers
    {
        get => field ??= [];
        set;
    }

    /// <summary>Run to update.</summary>
    [Input("update")]
    public Input<string>? Update { get; set; }
}

using System.Collections.Immutable;

namespace Pulumi.Command.Local;

/// <summary>A command line run on this machine when the resource is created, updated or deleted.</summary>
[CommandResourceType("command:local:Command")]
public partial class Command : CustomResource
{
    public Command(string name, CommandArgs? args = null, CustomResourceOptions? options = null)
        : base("command:local:Command", name, args ?? new CommandArgs(), Package.Complete(options, ""))
    {
    }

    private Command(string name, Input<string> id, CustomResourceOptions? options)
        : base("command:local:Command", name, null, Package.Complete(options, id))
    {
    }

    /// <summary>Whether update and delete find the last output in PULUMI_COMMAND_STDOUT and PULUMI_COMMAND_STDERR; default true.</summary>
    [Output("addPreviousOutputInEnv")]
    public Output<bool?> AddPreviousOutputInEnv { get; private set; } = null!;

    /// <summary>The files that <c>ArchivePaths</c> names.</summary>
    [Output("archive")]
    public Output<Archive?> Archive { get; private set; } = null!;

    /// <summary>Globs of files to return in one archive.</summary>
    [Output("archivePaths")]
    public Output<ImmutableArray<string>> ArchivePaths { get; private set; } = null!;

    /// <summary>Globs of files to return one by one.</summary>
    [Output("assetPaths")]
    public Output<ImmutableArray<string>> AssetPaths { get; private set; } = null!;

    /// <summary>The files that <c>AssetPaths</c> names, by path.</summary>
    [Output("assets")]
    public Output<ImmutableDictionary<string, AssetOrArchive>> Assets { get; private set; } = null!;

    /// <summary>Run to create, and to update where there is no <c>Update</c>.</summary>
    [Output("create")]
    public Output<string?> Create { get; private set; } = null!;

    /// <summary>Run to delete.</summary>
    [Output("delete")]
    public Output<string?> Delete { get; private set; } = null!;

    /// <summary>The folder to run in; the program's where left out.</summary>
    [Output("dir")]
    public Output<string?> Dir { get; private set; } = null!;

    /// <summary>Variables besides the inherited ones.</summary>
    [Output("environment")]
    public Output<ImmutableDictionary<string, string>> Environment { get; private set; } = null!;

    /// <summary>What runs the command line, its arguments included; <c>/bin/sh -c</c> or <c>cmd /C</c> where left out.</summary>
    [Output("interpreter")]
    public Output<ImmutableArray<string>> Interpreter { get; private set; } = null!;

    /// <summary>What of the output is shown while it runs; default both.</summary>
    [Output("logging")]
    public Output<Logging?> Logging { get; private set; } = null!;

    /// <summary>What the command wrote as errors.</summary>
    [Output("stderr")]
    public Output<string> Stderr { get; private set; } = null!;

    /// <summary>Given to the command.</summary>
    [Output("stdin")]
    public Output<string?> Stdin { get; private set; } = null!;

    /// <summary>What the command wrote.</summary>
    [Output("stdout")]
    public Output<string> Stdout { get; private set; } = null!;

    /// <summary>Another value than last time replaces the resource.</summary>
    [Output("triggers")]
    public Output<ImmutableArray<object>> Triggers { get; private set; } = null!;

    /// <summary>Run to update.</summary>
    [Output("update")]
    public Output<string?> Update { get; private set; } = null!;

    /// <summary>Reads the existing resource with this id; it is not managed.</summary>
    public static Command Get(string name, Input<string> id, CustomResourceOptions? options = null)
        => new(name, id, options);
}

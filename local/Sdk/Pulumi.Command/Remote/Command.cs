using System.Collections.Immutable;

namespace Pulumi.Command.Remote;

/// <summary>A command line run on another machine, by SSH, when the resource is created, updated or deleted.</summary>
[CommandResourceType("command:remote:Command")]
public partial class Command : CustomResource
{
    public Command(string name, CommandArgs args, CustomResourceOptions? options = null)
        : base("command:remote:Command", name, args, Package.Complete(options, "", "connection"))
    {
    }

    private Command(string name, Input<string> id, CustomResourceOptions? options)
        : base("command:remote:Command", name, null, Package.Complete(options, id, "connection"))
    {
    }

    /// <summary>Whether update and delete find the last output in PULUMI_COMMAND_STDOUT and PULUMI_COMMAND_STDERR; default true.</summary>
    [Output("addPreviousOutputInEnv")]
    public Output<bool?> AddPreviousOutputInEnv { get; private set; } = null!;

    /// <summary>How to reach the machine. Secret as a whole.</summary>
    [Output("connection")]
    public Output<Outputs.Connection> Connection { get; private set; } = null!;

    /// <summary>Run to create, and to update where there is no <c>Update</c>.</summary>
    [Output("create")]
    public Output<string?> Create { get; private set; } = null!;

    /// <summary>Run to delete.</summary>
    [Output("delete")]
    public Output<string?> Delete { get; private set; } = null!;

    /// <summary>Variables besides the inherited ones.</summary>
    [Output("environment")]
    public Output<ImmutableDictionary<string, string>> Environment { get; private set; } = null!;

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

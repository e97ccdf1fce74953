namespace Pulumi.Command.Remote;

/// <summary>The inputs of a <see cref="Command"/>.</summary>
public sealed class CommandArgs : ResourceArgs
{
    public static new CommandArgs Empty => new();

    /// <summary>Whether update and delete find the last output in PULUMI_COMMAND_STDOUT and PULUMI_COMMAND_STDERR; default true.</summary>
    [Input("addPreviousOutputInEnv")]
    public Input<bool>? AddPreviousOutputInEnv { get; set; }

    /// <summary>How to reach the machine. Secret as a whole.</summary>
    [field: Input("connection", required: true)]
    public Input<Inputs.ConnectionArgs> Connection
    {
        get;
        set => field = Output.CreateSecret(value.ToOutput());
    } = null!;

    /// <summary>Run to create, and to update where there is no <c>Update</c>.</summary>
    [Input("create")]
    public Input<string>? Create { get; set; }

    /// <summary>Run to delete.</summary>
    [Input("delete")]
    public Input<string>? Delete { get; set; }

    /// <summary>Variables besides the inherited ones.</summary>
    [field: Input("environment")]
    public InputMap<string> Environment
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

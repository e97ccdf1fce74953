namespace Pulumi.Docker.Inputs;

/// <summary>How a container's health is checked.</summary>
public sealed class ContainerHealthcheckArgs : ResourceArgs
{
    public static new ContainerHealthcheckArgs Empty => new();

    /// <summary>Between two checks: <c>30s</c>.</summary>
    [Input("interval")]
    public Input<string>? Interval { get; set; }

    /// <summary>Failures in a row that make it unhealthy.</summary>
    [Input("retries")]
    public Input<int>? Retries { get; set; }

    /// <summary>Between two checks while it starts.</summary>
    [Input("startInterval")]
    public Input<string>? StartInterval { get; set; }

    /// <summary>The time in which failures do not count.</summary>
    [Input("startPeriod")]
    public Input<string>? StartPeriod { get; set; }

    /// <summary>The command: <c>CMD</c> and arguments, <c>CMD-SHELL</c> and a line, or <c>NONE</c>.</summary>
    [field: Input("tests")]
    public InputList<string> Tests
    {
        get => field ??= [];
        set;
    }

    /// <summary>How long a check may take.</summary>
    [Input("timeout")]
    public Input<string>? Timeout { get; set; }
}

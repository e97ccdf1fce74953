namespace Pulumi.Docker;

/// <summary>The inputs of a <see cref="Container"/>.</summary>
public sealed class ContainerArgs : ResourceArgs
{
    public static new ContainerArgs Empty => new();

    /// <summary>In place of the image's command.</summary>
    [field: Input("command")]
    public InputList<string> Command
    {
        get => field ??= [];
        set;
    }

    /// <summary>In place of the image's entrypoint.</summary>
    [field: Input("entrypoints")]
    public InputList<string> Entrypoints
    {
        get => field ??= [];
        set;
    }

    /// <summary>Variables: <c>NAME=value</c>.</summary>
    [field: Input("envs")]
    public InputList<string> Envs
    {
        get => field ??= [];
        set;
    }

    /// <summary>Its name for itself.</summary>
    [Input("hostname")]
    public Input<string>? Hostname { get; set; }

    /// <summary>The image to run, by name or digest.</summary>
    [Input("image", required: true)]
    public Input<string> Image { get; set; } = null!;

    /// <summary>Starts it again, and waits for it, where it is found stopped; default true.</summary>
    [Input("mustRun")]
    public Input<bool>? MustRun { get; set; }

    /// <summary>Its name with the engine.</summary>
    [Input("name")]
    public Input<string>? Name { get; set; }

    /// <summary><c>bridge</c>, <c>host</c> or a network's name.</summary>
    [Input("networkMode")]
    public Input<string>? NetworkMode { get; set; }

    /// <summary>What it shall run on.</summary>
    [Input("platform")]
    public Input<string>? Platform { get; set; }

    /// <summary>Ports opened on the host.</summary>
    [field: Input("ports")]
    public InputList<Inputs.ContainerPortArgs> Ports
    {
        get => field ??= [];
        set;
    }

    /// <summary>When the engine restarts it: <c>no</c>, <c>on-failure</c>, <c>always</c>, <c>unless-stopped</c>.</summary>
    [Input("restart")]
    public Input<string>? Restart { get; set; }

    /// <summary>Removes it once it stopped.</summary>
    [Input("rm")]
    public Input<bool>? Rm { get; set; }

    /// <summary>Starts it once created; default true.</summary>
    [Input("start")]
    public Input<bool>? Start { get; set; }

    /// <summary>The user inside.</summary>
    [Input("user")]
    public Input<string>? User { get; set; }

    /// <summary>Waits until it is healthy; default false.</summary>
    [Input("wait")]
    public Input<bool>? Wait { get; set; }

    /// <summary>Seconds to wait for that; default 60.</summary>
    [Input("waitTimeout")]
    public Input<int>? WaitTimeout { get; set; }

    /// <summary>The folder inside.</summary>
    [Input("workingDir")]
    public Input<string>? WorkingDir { get; set; }
}

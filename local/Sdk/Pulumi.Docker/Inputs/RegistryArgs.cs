namespace Pulumi.Docker.Inputs;

/// <summary>A registry to push to, and as whom.</summary>
public sealed class RegistryArgs : ResourceArgs
{
    public static new RegistryArgs Empty => new();

    /// <summary>The user's password or token.</summary>
    [field: Input("password")]
    public Input<string>? Password
    {
        get;
        set => field = value == null ? null : (Input<string>)Output.CreateSecret(value.ToOutput());
    }

    /// <summary>Its address.</summary>
    [Input("server")]
    public Input<string>? Server { get; set; }

    /// <summary>The user.</summary>
    [Input("username")]
    public Input<string>? Username { get; set; }
}

namespace Pulumi.Docker.Inputs;

/// <summary>A registry, and as whom it is used.</summary>
public sealed class ProviderRegistryAuthArgs : ResourceArgs
{
    public static new ProviderRegistryAuthArgs Empty => new();

    /// <summary>The registry.</summary>
    [Input("address", required: true)]
    public Input<string> Address { get; set; } = null!;

    /// <summary>Uses the registry without a login, whatever else is known.</summary>
    [Input("authDisabled")]
    public Input<bool>? AuthDisabled { get; set; }

    /// <summary>A file in the form of Docker's <c>config.json</c> that knows the login.</summary>
    [Input("configFile")]
    public Input<string>? ConfigFile { get; set; }

    /// <summary>What such a file holds.</summary>
    [Input("configFileContent")]
    public Input<string>? ConfigFileContent { get; set; }

    /// <summary>The user's password or token.</summary>
    [field: Input("password")]
    public Input<string>? Password
    {
        get;
        set => field = value == null ? null : (Input<string>)Output.CreateSecret(value.ToOutput());
    }

    /// <summary>The user.</summary>
    [Input("username")]
    public Input<string>? Username { get; set; }
}

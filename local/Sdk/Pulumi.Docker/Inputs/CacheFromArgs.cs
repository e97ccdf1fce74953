namespace Pulumi.Docker.Inputs;

/// <summary>Images whose layers are reused.</summary>
public sealed class CacheFromArgs : ResourceArgs
{
    public static new CacheFromArgs Empty => new();

    /// <summary>Their names.</summary>
    [field: Input("images")]
    public InputList<string> Images
    {
        get => field ??= [];
        set;
    }
}

using System.Globalization;

namespace Pulumi.Kubernetes;

/// <summary>Defaults from the environment. A value that is not of the type counts as not set, as in Pulumi's packages.</summary>
internal static class SettingReader
{
    public static Input<string>? ReadString(string variable)
        => Environment.GetEnvironmentVariable(variable) is { } text ? text : (Input<string>?)null;

    public static Input<bool>? ReadBoolean(string variable)
        => Environment.GetEnvironmentVariable(variable) switch
        {
            "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
            "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
            _ => null,
        };

    public static Input<int>? ReadInt32(string variable)
        => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    public static Input<double>? ReadDouble(string variable)
        => double.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}

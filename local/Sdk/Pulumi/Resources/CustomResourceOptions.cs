using System.Diagnostics.CodeAnalysis;

namespace Pulumi;

/// <summary>How the engine treats a resource that a provider manages.</summary>
[SuppressMessage("Design", "CA1002", Justification = "Pulumi's public API.")]
[SuppressMessage("Usage", "CA2227", Justification = "Pulumi's public API.")]
public sealed class CustomResourceOptions : ResourceOptions
{
    /// <summary>The old one goes before the new one comes. Left out, the provider decides.</summary>
    public bool? DeleteBeforeReplace { get; set; }

    /// <summary>Names of outputs to treat as secret.</summary>
    public List<string> AdditionalSecretOutputs { get; set; } = [];

    /// <summary>Takes over the existing resource with this id; its properties must agree.</summary>
    public string? ImportId { get; set; }

    /// <summary>For providers: which environment variable a variable of the provider is read from.</summary>
    public Dictionary<string, string> EnvVarMappings { get; set; } = [];

    /// <summary>
    /// Both options' settings; where both have one, the second's. Lists are joined. Neither argument changes.
    /// </summary>
    public static CustomResourceOptions Merge(CustomResourceOptions? options1, CustomResourceOptions? options2)
    {
        var merged = Copy(options1);
        if (options2 != null)
        {
            merged.Merge((ResourceOptions)options2);
            merged.DeleteBeforeReplace = options2.DeleteBeforeReplace ?? merged.DeleteBeforeReplace;
            merged.ImportId = options2.ImportId ?? merged.ImportId;
            merged.AdditionalSecretOutputs.AddRange(options2.AdditionalSecretOutputs);
            foreach (var (name, variable) in options2.EnvVarMappings)
            {
                merged.EnvVarMappings[name] = variable;
            }
        }

        return merged;
    }

    internal override ResourceOptions Clone()
        => Copy(this);

    private static CustomResourceOptions Copy(CustomResourceOptions? options)
    {
        var copy = new CustomResourceOptions();
        copy.CopyFrom(options);
        if (options != null)
        {
            copy.DeleteBeforeReplace = options.DeleteBeforeReplace;
            copy.ImportId = options.ImportId;
            copy.AdditionalSecretOutputs = [.. options.AdditionalSecretOutputs];
            copy.EnvVarMappings = new Dictionary<string, string>(options.EnvVarMappings);
        }

        return copy;
    }
}

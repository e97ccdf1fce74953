using k8s;
using k8s.Exceptions;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>The configuration of a kubernetes provider.</summary>
/// <param name="Kubeconfig">A path or the contents.</param>
/// <param name="Context">Null: the kubeconfig's current one.</param>
/// <param name="Namespace">Where namespaced objects go that name none. Default: <c>default</c>.</param>
/// <param name="DeleteUnreachable">Objects of a cluster that does not answer count as deleted.</param>
/// <param name="MutableConfigMaps">Whether a ConfigMap with other data is updated in place; else it is replaced, so that its users notice.</param>
/// <param name="MutableSecrets">The same for Secrets.</param>
internal sealed record KubernetesConfig(string Kubeconfig, string? Context, string Namespace, bool DeleteUnreachable, bool MutableConfigMaps, bool MutableSecrets)
{
    // The last ones change how the official provider talks to its user, or are what is always done here.
    private static readonly HashSet<string> Known =
    [
        "kubeconfig", "context", "namespace", "deleteUnreachable", "enableConfigMapMutable", "enableSecretMutable",
        "enableServerSideApply", "suppressDeprecationWarnings", "suppressHelmHookWarnings", "version",
    ];

    public static IReadOnlyList<CheckFailure> Check(PropertyMap config)
    {
        var failures = new List<CheckFailure>();
        foreach (var key in config.Keys.Where(key => !Known.Contains(key)))
        {
            failures.Add(new CheckFailure(key, "this setting of the kubernetes provider is not supported by the embedded engine. Leave it out, or run the program with the Pulumi CLI."));
        }

        if (config.Find("kubeconfig") is null or NullValue or StringValue { Value: "" })
        {
            failures.Add(new CheckFailure("kubeconfig", "must be given: a path or the contents. The ambient kubeconfig is never used, so that no update reaches a wrong cluster."));
        }

        foreach (var key in new[] { "deleteUnreachable", "enableConfigMapMutable", "enableSecretMutable", "enableServerSideApply" })
        {
            if (config.Find(key) is { } value and not UnknownValue && Flag(value) is null)
            {
                failures.Add(new CheckFailure(key, "must be true or false."));
            }
        }

        if (config.Find("enableServerSideApply") is { } apply && Flag(apply) == false)
        {
            failures.Add(new CheckFailure("enableServerSideApply", "cannot be switched off: the embedded engine applies on the server only."));
        }

        return failures;
    }

    public static KubernetesConfig Read(PropertyMap config, ProviderContext context) => new(
        config.FindText("kubeconfig") ?? "",
        config.FindText("context"),
        config.FindText("namespace") ?? "default",
        context.DeleteUnreachable || IsOn(config, "deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE", context),
        IsOn(config, "enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE", context),
        IsOn(config, "enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE", context));

    /// <summary>What the client needs to reach the cluster.</summary>
    /// <exception cref="ProviderException">The kubeconfig is absent or not valid, or lacks the context.</exception>
    public KubernetesClientConfiguration Load()
    {
        var isContents = Kubeconfig.Contains('\n', StringComparison.Ordinal) || Kubeconfig.TrimStart().StartsWith('{');
        var origin = isContents ? "the kubeconfig given to the provider" : Kubeconfig;
        try
        {
            if (isContents)
            {
                return KubeconfigReader.ReadText(Kubeconfig, Context);
            }

            var path = Kubeconfig.StartsWith("~/", StringComparison.Ordinal)
                ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), Kubeconfig[2..])
                : Kubeconfig;
            return File.Exists(path)
                ? KubeconfigReader.ReadFile(path, Context)
                : throw new ProviderException($"The kubeconfig {path} does not exist. Start the cluster that writes it, or correct the provider's 'kubeconfig'.", new FileNotFoundException(null, path));
        }
        catch (Exception e) when (e is KubeConfigException or YamlDotNet.Core.YamlException or IOException or UnauthorizedAccessException or FormatException)
        {
            throw new ProviderException($"{origin} cannot be used{(Context is null ? "" : $" with the context '{Context}'")}: {e.Message}", e);
        }
    }

    // SDKs send provider settings that are not texts as JSON within a text.
    private static bool? Flag(PropertyValue value) => value switch
    {
        BoolValue { Value: var flag } => flag,
        StringValue { Value: "true" } => true,
        StringValue { Value: "false" } => false,
        _ => null,
    };

    // As with the official provider, the environment counts where the program says nothing.
    private static bool IsOn(PropertyMap config, string key, string variable, ProviderContext context) => config.Find(key) is { } value
        ? Flag(value) == true
        : (context.Environment.GetValueOrDefault(variable) ?? Environment.GetEnvironmentVariable(variable)) == "true";
}

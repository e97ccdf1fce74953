using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Kubernetes;

/// <summary>
/// The stack's configuration below <c>kubernetes:</c>, which is that of the default provider. A value that a program sets here is only seen
/// by the program.
/// </summary>
[SuppressMessage("Naming", "CA1724", Justification = "Pulumi's public API.")]
public static class Config
{
    private static readonly ConcurrentDictionary<string, object?> Assigned = new();

    public static bool? AlwaysRender
    {
        get => GetBoolean("alwaysRender");
        set => Assigned["alwaysRender"] = value;
    }

    public static string? Cluster
    {
        get => Get("cluster");
        set => Assigned["cluster"] = value;
    }

    public static string? ClusterIdentifier
    {
        get => Get("clusterIdentifier");
        set => Assigned["clusterIdentifier"] = value;
    }

    public static string? Context
    {
        get => Get("context");
        set => Assigned["context"] = value;
    }

    public static bool? DeleteUnreachable
    {
        get => GetBoolean("deleteUnreachable");
        set => Assigned["deleteUnreachable"] = value;
    }

    public static bool? EnableConfigMapMutable
    {
        get => GetBoolean("enableConfigMapMutable");
        set => Assigned["enableConfigMapMutable"] = value;
    }

    public static bool? EnablePatchForce
    {
        get => GetBoolean("enablePatchForce");
        set => Assigned["enablePatchForce"] = value;
    }

    public static bool? EnableReplaceCRD
    {
        get => GetBoolean("enableReplaceCRD");
        set => Assigned["enableReplaceCRD"] = value;
    }

    public static bool? EnableSecretMutable
    {
        get => GetBoolean("enableSecretMutable");
        set => Assigned["enableSecretMutable"] = value;
    }

    public static bool? EnableServerSideApply
    {
        get => GetBoolean("enableServerSideApply");
        set => Assigned["enableServerSideApply"] = value;
    }

    public static string? KubeConfig
    {
        get => Get("kubeconfig");
        set => Assigned["kubeconfig"] = value;
    }

    public static string? Namespace
    {
        get => Get("namespace");
        set => Assigned["namespace"] = value;
    }

    public static string? RenderYamlToDirectory
    {
        get => Get("renderYamlToDirectory");
        set => Assigned["renderYamlToDirectory"] = value;
    }

    public static bool? SkipUpdateUnreachable
    {
        get => GetBoolean("skipUpdateUnreachable");
        set => Assigned["skipUpdateUnreachable"] = value;
    }

    public static bool? StrictMode
    {
        get => GetBoolean("strictMode");
        set => Assigned["strictMode"] = value;
    }

    public static bool? SuppressDeprecationWarnings
    {
        get => GetBoolean("suppressDeprecationWarnings");
        set => Assigned["suppressDeprecationWarnings"] = value;
    }

    public static bool? SuppressHelmHookWarnings
    {
        get => GetBoolean("suppressHelmHookWarnings");
        set => Assigned["suppressHelmHookWarnings"] = value;
    }

    public static bool? UpsertExistingObjects
    {
        get => GetBoolean("upsertExistingObjects");
        set => Assigned["upsertExistingObjects"] = value;
    }

    private static string? Get(string key)
        => Assigned.TryGetValue(key, out var assigned) ? (string?)assigned : new Pulumi.Config("kubernetes").Get(key);

    private static bool? GetBoolean(string key)
        => Assigned.TryGetValue(key, out var assigned) ? (bool?)assigned : new Pulumi.Config("kubernetes").GetBoolean(key);
}

using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>Which objects are waited for, and how.</summary>
internal static class Waits
{
    /// <summary>The waiting for an object; null for kinds that are ready as soon as they exist.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="applied">As it was applied.</param>
    /// <param name="awaitAll">Whether kinds that nothing is known of are waited for by what is usual among them.</param>
    public static IWait? For(string path, JsonObject applied, bool awaitAll)
    {
        // What the program says comes before what is known of the kind.
        if (applied.Annotation(WaitFor.Annotation) is { Length: > 0 } text && WaitFor.TryParse(text, out var waitFor, out _))
        {
            return new ObjectWait(path, applied, waitFor.Judge, withOffspring: true);
        }

        return (ImmutableFields.Group(applied.Text("apiVersion") ?? ""), applied.Text("kind")) switch
        {
            ("apps" or "extensions", "Deployment") => new Rollout(path, applied),
            ("apps", "StatefulSet") => new WorkloadWait(path, applied, Workloads.StatefulSet),
            ("apps" or "extensions", "DaemonSet") => new WorkloadWait(path, applied, Workloads.DaemonSet),
            ("apps" or "extensions", "ReplicaSet") => new WorkloadWait(path, applied, Workloads.ReplicaSet),
            ("", "ReplicationController") => new WorkloadWait(path, applied, Workloads.ReplicaSet),
            ("batch", "Job") => new WorkloadWait(path, applied, Workloads.Job),
            ("", "Pod") => new ObjectWait(path, applied, Readiness.Pod),
            ("", "Service") => new ServiceWait(path, applied),
            ("networking.k8s.io" or "extensions", "Ingress") => new IngressWait(path, applied),
            ("", "PersistentVolumeClaim") => new ClaimWait(path, applied),
            ("", "PersistentVolume") => new ObjectWait(path, applied, Readiness.PersistentVolume) { DefaultLimit = TimeSpan.FromMinutes(5) },
            ("", "Namespace") => new ObjectWait(path, applied, Readiness.Namespace),
            ("", "ResourceQuota") => new ObjectWait(path, applied, Readiness.ResourceQuota) { DefaultLimit = TimeSpan.FromMinutes(1) },
            ("", "Secret") when applied.Text("type") == "kubernetes.io/service-account-token" => new ObjectWait(path, applied, Readiness.TokenSecret),
            ("autoscaling", "HorizontalPodAutoscaler") => new ObjectWait(path, applied, Readiness.HorizontalPodAutoscaler),
            ("policy", "PodDisruptionBudget") => new ObjectWait(path, applied, Readiness.PodDisruptionBudget),
            ("apiextensions.k8s.io", "CustomResourceDefinition") => new ObjectWait(path, applied, Readiness.CustomResourceDefinition),
            ("apiregistration.k8s.io", "APIService") => new ObjectWait(path, applied, Readiness.ApiService),
            _ => awaitAll ? new ObjectWait(path, applied, GenericReadiness.Judge, withOffspring: true) : null,
        };
    }
}

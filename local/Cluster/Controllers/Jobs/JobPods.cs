using System.Globalization;
using k8s.Models;

namespace Scalelab.Cluster.Controllers.Jobs;

/// <summary>The pods of jobs.</summary>
internal static class JobPods
{
    public const string Finalizer = "batch.kubernetes.io/job-tracking";
    public const string NameLabel = "batch.kubernetes.io/job-name";
    private const string IndexKey = "batch.kubernetes.io/job-completion-index";

    public static bool HasFinalizer(V1Pod pod) => pod.Metadata.Finalizers?.Contains(Finalizer) == true;

    /// <summary>The number of a pod of an indexed job; null for others.</summary>
    public static int? IndexOf(V1Pod pod) =>
        pod.Metadata.Annotations?.TryGetValue(IndexKey, out var text) == true && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;

    /// <param name="index">Null for jobs that are not indexed.</param>
    public static V1Pod New(PodControl control, V1Job job, int? index)
    {
        var pod = control.NewPod(job, job.Spec.Template);
        pod.Metadata.Finalizers = [.. pod.Metadata.Finalizers ?? [], Finalizer];
        if (index is not { } number)
        {
            return pod;
        }

        var text = number.ToString(CultureInfo.InvariantCulture);
        pod.Metadata.GenerateName = $"{job.Metadata.Name}-{text}-";
        pod.Metadata.Annotations = new Dictionary<string, string>(pod.Metadata.Annotations ?? new Dictionary<string, string>()) { [IndexKey] = text };
        pod.Metadata.Labels = new Dictionary<string, string>(pod.Metadata.Labels) { [IndexKey] = text };
        pod.Spec.Hostname = $"{job.Metadata.Name}-{text}";
        var variable = new V1EnvVar { Name = "JOB_COMPLETION_INDEX", ValueFrom = new V1EnvVarSource { FieldRef = new V1ObjectFieldSelector { FieldPath = $"metadata.labels['{IndexKey}']" } } };
        foreach (var container in pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []))
        {
            if (container.Env?.Any(one => one.Name == variable.Name) != true)
            {
                container.Env = [.. container.Env ?? [], variable];
            }
        }

        return pod;
    }
}

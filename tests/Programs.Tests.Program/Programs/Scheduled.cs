using Pulumi;
using Pulumi.Kubernetes.Batch.V1;
using Pulumi.Kubernetes.Types.Inputs.Batch.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>A job on a schedule, and one that nobody waits for.</summary>
internal sealed class Scheduled : Stack
{
    public Scheduled()
    {
        PodSpecArgs Pod(string name) => new()
        {
            RestartPolicy = "OnFailure",
            Containers = { new ContainerArgs { Name = name, Image = "busybox:1.36", Command = { "date" } } },
        };

        var nightly = new CronJob("nightly", new CronJobArgs
        {
            Spec = new CronJobSpecArgs
            {
                Schedule = "0 3 * * *",
                ConcurrencyPolicy = "Forbid",
                Suspend = true,
                JobTemplate = new JobTemplateSpecArgs
                {
                    Spec = new JobSpecArgs { BackoffLimit = 2, Template = new PodTemplateSpecArgs { Spec = Pod("nightly") } },
                },
            },
        });
        _ = new Job("once", new JobArgs
        {
            Metadata = new ObjectMetaArgs { Annotations = { { "pulumi.com/skipAwait", "true" } } },
            Spec = new JobSpecArgs { Suspend = true, TtlSecondsAfterFinished = 60, Template = new PodTemplateSpecArgs { Spec = Pod("once") } },
        });
        Schedule = nightly.Spec.Apply(spec => spec.Schedule);
    }

    [Output("schedule")]
    public Output<string> Schedule { get; set; }
}

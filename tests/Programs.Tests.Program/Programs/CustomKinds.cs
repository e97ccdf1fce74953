using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.ApiExtensions.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using ApiExtensions = Pulumi.Kubernetes.ApiExtensions;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>A kind of its own and an object of it, which must wait for the kind.</summary>
internal sealed class CustomKinds : Stack
{
    public CustomKinds()
    {
        var definition = new ApiExtensions.V1.CustomResourceDefinition("crontabs", new CustomResourceDefinitionArgs
        {
            Metadata = new ObjectMetaArgs { Name = "crontabs.stable.example.com" },
            Spec = new CustomResourceDefinitionSpecArgs
            {
                Group = "stable.example.com",
                Scope = "Namespaced",
                Names = new CustomResourceDefinitionNamesArgs { Plural = "crontabs", Singular = "crontab", Kind = "CronTab", ShortNames = { "ct" } },
                Versions =
                {
                    new CustomResourceDefinitionVersionArgs
                    {
                        Name = "v1",
                        Served = true,
                        Storage = true,
                        Schema = new CustomResourceValidationArgs
                        {
                            OpenAPIV3Schema = new JSONSchemaPropsArgs
                            {
                                Type = "object",
                                Properties =
                                {
                                    {
                                        "spec", new JSONSchemaPropsArgs
                                        {
                                            Type = "object",
                                            Properties =
                                            {
                                                { "cronSpec", new JSONSchemaPropsArgs { Type = "string" } },
                                                { "image", new JSONSchemaPropsArgs { Type = "string" } },
                                                { "replicas", new JSONSchemaPropsArgs { Type = "integer", Minimum = 1 } },
                                            },
                                        }
                                    },
                                },
                            },
                        },
                        AdditionalPrinterColumns = { new CustomResourceColumnDefinitionArgs { Name = "Spec", Type = "string", JsonPath = ".spec.cronSpec" } },
                    },
                },
            },
        });

        var cronTab = new CronTab(
            "my-new-cron-object",
            new CronTabArgs
            {
                Metadata = new ObjectMetaArgs { Name = "my-new-cron-object" },
                Spec = new CronTabSpecArgs { CronSpec = "* * * * */5", Image = "my-awesome-cron-image", Replicas = 2 },
            },
            new CustomResourceOptions { DependsOn = { definition } });
        Schedule = cronTab.Spec.Apply(spec => spec.CronSpec);
    }

    [Output("schedule")]
    public Output<string> Schedule { get; private set; }

    private sealed class CronTab(string name, CronTabArgs args, CustomResourceOptions? options = null) : ApiExtensions.CustomResource(name, args, options)
    {
        [Output("spec")]
        public Output<CronTabSpec> Spec { get; private set; } = null!;
    }

    private sealed class CronTabArgs() : ApiExtensions.CustomResourceArgs("stable.example.com/v1", "CronTab")
    {
        [Input("spec")]
        public Input<CronTabSpecArgs>? Spec { get; set; }
    }

    private sealed class CronTabSpecArgs : ResourceArgs
    {
        [Input("cronSpec", required: true)]
        public Input<string>? CronSpec { get; set; }

        [Input("image")]
        public Input<string>? Image { get; set; }

        [Input("replicas")]
        public Input<int>? Replicas { get; set; }
    }

    [OutputType]
    private sealed class CronTabSpec
    {
        public readonly string CronSpec;
        public readonly string? Image;
        public readonly int? Replicas;

        [OutputConstructor]
#pragma warning disable IDE0051 // Called by the SDK, which makes the outputs.
        private CronTabSpec(string cronSpec, string? image, int? replicas) => (CronSpec, Image, Replicas) = (cronSpec, image, replicas);
#pragma warning restore IDE0051
    }
}

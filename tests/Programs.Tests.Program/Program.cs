using Pulumi;
using Scalelab.Programs.Tests.Program.Programs;

namespace Scalelab.Programs.Tests.Program;

/// <summary>The stack's name says which program it is.</summary>
internal static class Program
{
    private static Task<int> Main() => Environment.GetEnvironmentVariable("PULUMI_STACK") switch
    {
        "aliases" => Deployment.RunAsync<Aliases>(),
        "assets" => Deployment.RunAsync<Assets>(),
        "autoscaled" => Deployment.RunAsync<Autoscaled>(),
        "commands" => Commands.RunAsync(),
        "config-rollout" => ConfigRollout.RunAsync(),
        "consumer" => Deployment.RunAsync<Consumer>(),
        "custom-kinds" => Deployment.RunAsync<CustomKinds>(),
        "environments" => Deployment.RunAsync<Environments>(),
        "from-yaml" => Deployment.RunAsync<FromYaml>(),
        "guestbook" => Guestbook.RunAsync(),
        "injected" => Injected.RunAsync(),
        "kitchen-sink" => Deployment.RunAsync<KitchenSink>(),
        "lookups" => Deployment.RunAsync<Lookups>(),
        "nginx" => Deployment.RunAsync<Nginx>(),
        "options" => Deployment.RunAsync<Options>(),
        "outputs" => Deployment.RunAsync<Outputs>(),
        "own-provider" => Deployment.RunAsync<OwnProvider>(),
        "platform" => Deployment.RunAsync<PlatformStack>(),
        "rbac" => Rbac.RunAsync(),
        "routed" => Deployment.RunAsync<Routed>(),
        "scheduled" => Deployment.RunAsync<Scheduled>(),
        "secrets" => Deployment.RunAsync<Secrets>(),
        "service-components" => Deployment.RunAsync<ServiceComponents>(),
        "services" => Deployment.RunAsync(Services.Declare),
        "shared" => Deployment.RunAsync<Shared>(),
        "stateful" => Deployment.RunAsync<Stateful>(),
        "storage" => Deployment.RunAsync<Storage>(),
        "transforms" => Deployment.RunAsync<Transforms>(),
        "typed" => Typed.RunAsync(),
        var stack => throw new ArgumentException($"There is no program named '{stack}'."),
    };
}

using Pulumi;
using Scalelab.Sdk.Tests.Fakes;

namespace Scalelab.Sdk.Tests.Programs;

/// <summary>Programs in the ways that people write them; that they compile is half of what is tested.</summary>
[Collection(EnvironmentCollection.Name)]
public sealed class ProgramTests
{
    [Fact]
    public async Task Guestbook_WithUnionsMapsAndOutputs_RegistersEverything()
    {
        await using var engine = await FakeEngine.StartAsync();
        engine.Configuration["project:isMinikube"] = "true";

        Assert.Equal(0, await engine.RunAsync(Guestbook.RunAsync));
        Assert.Equal("NodePort", engine.Resource("frontend").Object.Fields["spec"].StructValue.Fields["type"].StringValue);
        Assert.Equal("/", engine.Resource("ingress").Object.Fields["spec"].StructValue.Fields["rules"].ListValue.Values[0]
            .StructValue.Fields["http"].StructValue.Fields["paths"].ListValue.Values[0].StructValue.Fields["path"].StringValue);
    }

    [Fact]
    public async Task StackClass_WithComponentCustomResourceAndSecrets_ShowsItsOutputs()
    {
        await using var engine = await FakeEngine.StartAsync();
        engine.Configuration["project:password"] = "hidden";
        engine.Configuration["project:settings"] = """{"Replicas":2}""";

        Assert.Equal(0, await engine.RunAsync(Deployment.RunAsync<PlatformStack>));
        var outputs = engine.Outputs.Single(request => request.Urn.Contains("pulumi:pulumi:Stack", StringComparison.Ordinal)).Outputs;
        Assert.Equal("web: 2", outputs.Fields["summary"].StringValue);
        Assert.Contains("kubernetes:stable.example.com/v1:CronTab", engine.Resources.Select(resource => resource.Type));
        Assert.Equal("1b47061264138c4ac30d75fd1eb44270", engine.Resource("credentials").Object.Fields["stringData"]
            .StructValue.Fields["password"].StructValue.Fields["4dabf18193072939515e22adb298388d"].StringValue);
    }
}

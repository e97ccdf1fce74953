using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using k8s;
using Scalelab.Engine;
using Scalelab.Engine.Events;
using Scalelab.Programs.Tests.Support;

namespace Scalelab.Programs.Tests;

/// <summary>Programs in the ways that people write them, on the embedded SDK, engine and cluster; that they compile is half of what is tested.</summary>
public sealed partial class ProgramTests(Course course) : IClassFixture<Course>
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const int Looks = 150;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("assets", """{"names":"made.txt","text":"made"}""")]
    [InlineData("autoscaled", """{"range":"1 to 5"}""")]
    [InlineData("commands", """{"direct":"direct","lazy":"hello programs again","text":"HELLO PROGRAMS"}""")]
    [InlineData("config-rollout", """{"checksum":"da2a778a01164dd14453f982a00ae6af1d7c333ec899b92760c7928754bbdb5f","clusterIp":"IP","configMap":"nginx-conf-*"}""")]
    [InlineData("custom-kinds", """{"schedule":"* * * * */5"}""")]
    [InlineData("environments", """{"namespaces":"team-blue,team-green"}""")]
    [InlineData("from-yaml", """{"ip":"IP","mode":"0644","name":"urn:pulumi:from-yaml::programs::kubernetes:yaml:ConfigGroup$kubernetes:core/v1:ConfigMap::more-from-object","replicas":1}""")]
    [InlineData("guestbook", """{"ip":"IP","names":["frontend","frontend-*"],"url":"http://frontend-*:80"}""")]
    [InlineData("injected", """{"count":12}""")]
    [InlineData("kitchen-sink", """{"available":2}""")]
    [InlineData("lookups", """{"account":"default/default","contact":"platform@example.com","phase":"Active"}""")]
    [InlineData("nginx", """{"Name":"nginx-*"}""")]
    [InlineData("options", """{"lastUrn":"urn:pulumi:options::programs::kubernetes:core/v1:ConfigMap::last","order":4}""")]
    [InlineData("outputs", """{"chain":5,"nested":{"list":[1,2,3]},"pair":"1/2.5/True","sum":3,"text":"1+2=3","union":7}""")]
    [InlineData("own-provider", """{"namespaces":"blue,blue"}""")]
    [InlineData("platform", """{"summary":"web: 2"}""")]
    [InlineData("rbac", """{"binding":"default/deployer-*","rules":2,"subject":"system:serviceaccount:default:deployer-*"}""")]
    [InlineData("routed", """{"hosts":"api.example.com web.example.com"}""")]
    [InlineData("scheduled", """{"schedule":"0 3 * * *"}""")]
    [InlineData("secrets", """{"Parsed":{"secret":"registry.example.com"},"Password":{"secret":"13 characters"},"PullSecret":"pull-*","Retries":{"secret":3},"Shown":"opaque-settings"}""")]
    [InlineData("service-components", """{"FrontendIp":"IP"}""")]
    [InlineData("services", """{"addresses":["192.0.2.10"],"external":"db.example.com","hasNodePort":true,"headless":"None","types":["ClusterIP","LoadBalancer","NodePort"]}""")]
    [InlineData("stateful", """{"claims":1}""")]
    [InlineData("storage", """{"claim":"ReadWriteOnce","value":-10}""")]
    [InlineData("transforms", """{"annotation":"transforms","labels":"managed|managed,own"}""")]
    [InlineData("typed", """{"isPreview":false,"secretCount":{"secret":7},"stack":"organization/programs/typed","values":"absent=none;absentCount=-1;count=42;flag=True;ratio=0.25;shape=3 blue 1.5;text=some: text"}""")]
    public async Task UpAgainAndDestroy_OfAProgram_GivesItsOutputsAndLeavesNothing(string program, string outputs)
    {
        var before = await ObjectsAsync();

        var up = await course.UpAsync(program);
        var actual = Read(up);
        Assert.True(outputs == actual, $"outputs, expected and actual:\n{outputs}\n{actual}");
        Assert.False((await course.PreviewAsync(program)).HasChanges, "a preview right after would change something");

        await course.DestroyAsync(program);
        Assert.Equal(before, await RemainingAsync(before));
    }

    [Fact]
    public async Task Up_AfterAResourceMovedIntoAComponent_KeepsIt()
    {
        var before = await course.UpAsync("aliases");
        var after = await course.UpAsync("aliases", ("programs:moved", "true"));

        Assert.Equal(Read(before), Read(after));
        Assert.Equal([StepKind.Same, StepKind.Create], after.Counts.Keys.Order());
        await course.DestroyAsync("aliases");
    }

    [Fact]
    public async Task Up_OfAStackThatRefersToAnother_ReadsItsOutputs()
    {
        await course.UpAsync("shared");

        var consumer = await course.UpAsync("consumer");
        Assert.Equal("""{"absent":true,"isThere":true,"keyLength":{"secret":10},"ports":2}""", Read(consumer));
        Assert.False((await course.PreviewAsync("consumer")).HasChanges);

        await course.DestroyAsync("consumer");
        await course.DestroyAsync("shared");
    }

    /// <summary>The outputs in alphabetical order, without what differs from run to run: random ends of names, addresses.</summary>
    private static string Read(UpdateResult result)
    {
        var outputs = new JsonObject(result.Outputs.OrderBy(output => output.Key, StringComparer.Ordinal)
            .Select(output => KeyValuePair.Create(output.Key, output.Value.IsSecret ? new JsonObject { ["secret"] = output.Value.Value?.DeepClone() } : output.Value.Value?.DeepClone())));
        return Address().Replace(RandomEnd().Replace(outputs.ToJsonString(Plain), "-*"), "IP");
    }

    /// <summary>What is left in the end: pods of what nobody waits for are ended by their node, a little later.</summary>
    private async Task<IReadOnlyList<string>> RemainingAsync(IReadOnlyList<string> expected)
    {
        var left = await ObjectsAsync();
        for (var looks = 0; looks < Looks && !left.SequenceEqual(expected); looks++)
        {
            await Task.Delay(Pause, TimeProvider.System, Stop);
            left = await ObjectsAsync();
        }

        return left;
    }

    private async Task<IReadOnlyList<string>> ObjectsAsync()
    {
        var client = course.Client;
        return
        [
            .. (await client.CoreV1.ListNamespaceAsync(cancellationToken: Stop)).Items.Select(one => one.Metadata.Name),
            .. (await client.CoreV1.ListConfigMapForAllNamespacesAsync(cancellationToken: Stop)).Items.Select(one => one.Metadata.Name),
            .. (await client.CoreV1.ListSecretForAllNamespacesAsync(cancellationToken: Stop)).Items.Select(one => one.Metadata.Name),
            .. (await client.CoreV1.ListServiceForAllNamespacesAsync(cancellationToken: Stop)).Items.Select(one => one.Metadata.Name),
            .. (await client.AppsV1.ListDeploymentForAllNamespacesAsync(cancellationToken: Stop)).Items.Select(one => one.Metadata.Name),
            .. (await client.CoreV1.ListPodForAllNamespacesAsync(cancellationToken: Stop)).Items.Select(one => one.Metadata.Name),
        ];
    }

    [GeneratedRegex(@"-[0-9a-f]{8}\b")]
    private static partial Regex RandomEnd();

    [GeneratedRegex(@"127\.9[67]\.\d+\.\d+")]
    private static partial Regex Address();
}

using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.Playwright;
using Scalelab.EndToEnd.Fixtures;

namespace Scalelab.EndToEnd;

/// <summary>The exercise <c>pod</c>, used as its page describes it.</summary>
[Collection(nameof(PodStack))]
public sealed class PodTests(PodStack stack) : EndToEndTest(stack.Lab)
{
    private static readonly string[] Labels =
        ["Bread", "Dairy product", "Dessert", "Egg", "Fried food", "Meat", "Noodles/Pasta", "Rice", "Seafood", "Soup", "Vegetable/Fruit"];

    [Fact]
    public void Up_FirstTime_PrintsTheUrlAndTheImageByDigest()
    {
        Assert.Contains($"http://127.0.0.1:{Lab.NodePort}/", stack.Up.Output, StringComparison.Ordinal);
        Assert.Matches("/ml-app@sha256:[0-9a-f]{64}", stack.Up.Output);
    }

    [Fact]
    public async Task Predict_RealPhotograph_IsClassified()
    {
        Assert.SkipWhen(Repository.Photograph is null, "There are no photographs in ../shared/photos.");

        using var answer = await PostPictureAsync(Repository.Photograph);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var prediction = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Contains((string)prediction["prediction"]!, Labels);
        Assert.InRange((double)prediction["probability"]!, 1.0 / Labels.Length, 1.0);
        Assert.Equal(Labels.Length, prediction["classes"]!.AsArray().Count);
        Assert.Equal((await PodAsync()).Name(), (string)prediction["pod"]!);
    }

    [Fact]
    public async Task Predict_TextAskedFor_AnswersTheExercisesLine()
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(stack.Url, "test"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Matches(
            @"^.+ \([01]\.\d\d\), Inference Time : \d+\.\d{4} seconds\s*$", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Predict_NotAPicture_IsRefusedWithAReason()
    {
        var file = Path.Combine(Lab.Scratch, "notes.txt");
        await File.WriteAllTextAsync(file, "not a picture", TestContext.Current.CancellationToken);

        using var answer = await PostPictureAsync(file);

        Assert.InRange((int)answer.StatusCode, 400, 499);
        Assert.StartsWith("{", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_InABrowser_ClassifiesAPicture()
    {
        var chromium = CommandLine.Find("chromium") ?? CommandLine.Find("google-chrome");
        Assert.SkipWhen(chromium is null, "Neither chromium nor google-chrome is installed.");
        Assert.SkipWhen(Repository.Photograph is null, "There are no photographs in ../shared/photos.");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = chromium,
            // Root, containers and machines without a graphics card are where tests run.
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        });
        var page = await browser.NewPageAsync();
        var foreign = new List<string>();
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" } url && url.Authority != stack.Url.Authority)
            {
                foreign.Add(request.Url);
            }
        };
        await page.GotoAsync(stack.Url.AbsoluteUri);

        await page.Locator("input[type=file]").SetInputFilesAsync(Repository.Photograph);
        await page.GetByRole(AriaRole.Button, new() { Name = "Classify!" }).ClickAsync();

        await Assertions.Expect(page.Locator("body")).ToContainTextAsync((await PodAsync()).Name(), new() { Timeout = (float)Deadline.Step.TotalMilliseconds });
        var text = await page.Locator("body").InnerTextAsync();
        Assert.All(Labels, label => Assert.Contains(label, text, StringComparison.Ordinal));
        Assert.Empty(foreign);
    }

    [Fact]
    public async Task Up_SecondTime_ChangesNothingAndSaysSo()
    {
        var before = await VersionsAsync();

        var up = (await Lab.RunAsync("up", stack.Name)).Succeeded();

        Assert.Equal(before, await VersionsAsync());
        Assert.Matches(@"(?i)\b(no changes|unchanged)\b", up.Output);
    }

    [Fact]
    public async Task Preview_DeployedStack_ChangesNothing()
    {
        var state = Path.Combine(Lab.Home, "stacks", "pod.json");
        var (objects, bytes) = (await VersionsAsync(), await File.ReadAllBytesAsync(state, TestContext.Current.CancellationToken));

        (await Lab.RunAsync("preview", stack.Name)).Succeeded();

        Assert.Equal(objects, await VersionsAsync());
        Assert.Equal(bytes, await File.ReadAllBytesAsync(state, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Preview_ThroughTheScript_WorksOnTheStacksAsTheyAre()
    {
        var preview = (await Lab.RunScriptAsync("preview", stack.Name)).Succeeded();

        // All that the tests' stacks differ in.
        Assert.Contains($"nodePort: {Lab.NodePort} => 32000", preview.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preview_StackThatIsNotDeployed_CreatesNothing()
    {
        (await Lab.RunAsync("preview", "hello")).Succeeded();

        using var client = Lab.Connect();
        var namespaces = await client.CoreV1.ListNamespaceAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.DoesNotContain("hello", namespaces.Items.Select(item => item.Name()));
    }

    [Fact]
    public async Task Output_OneName_PrintsItsValueAndNothingElse()
    {
        var image = (await Lab.RunAsync("output", stack.Name, "image")).Succeeded();

        Assert.Matches(@"^\S+/ml-app@sha256:[0-9a-f]{64}\n$", image.Output);
        Assert.Equal((await PodAsync()).Spec.Containers[0].Image, image.Output.Trim());
    }

    [Fact]
    public async Task Kill_PodsProcess_ComesBackWithOneMoreRestart()
    {
        Assert.SkipUnless(PodProcesses.CanBeFound, "Finding a pod's process needs Linux.");
        var pod = await PodAsync();
        var restarts = pod.Status.ContainerStatuses[0].RestartCount;

        var processes = PodProcesses.Of(pod.Name(), Lab.Home);
        Assert.NotEmpty(processes);
        foreach (var process in processes)
        {
            Process.GetProcessById(process).Kill();
        }

        var restarted = await Eventually.FindsAsync("the pod to be ready again", async _ =>
        {
            var now = await PodAsync();
            return now.Status.ContainerStatuses[0] is { Ready: true } status && status.RestartCount > restarts ? now : null;
        });
        Assert.Equal(pod.Uid(), restarted.Uid());
        Assert.Equal(restarts + 1, restarted.Status.ContainerStatuses[0].RestartCount);
        await Eventually.HoldsAsync("the server to answer again", async cancellationToken =>
        {
            using var client = new HttpClient();
            try
            {
                return (await client.GetAsync(new Uri(stack.Url, "hello"), cancellationToken)).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task Up_OtherStackOnTheSameNodePort_SaysWhichPortIsTaken()
    {
        try
        {
            var up = (await Lab.RunAsync("up", "hello")).Refused();

            Assert.Contains($"{Lab.NodePort}", up.Output + up.Error, StringComparison.Ordinal);
            Assert.Contains("already allocated", up.Output + up.Error, StringComparison.Ordinal);
        }
        finally
        {
            (await Lab.RunAsync("destroy", "hello")).Succeeded();
        }
    }

    private async Task<HttpResponseMessage> PostPictureAsync(string path)
    {
        using var client = new HttpClient();
        using var form = new MultipartFormDataContent();
        using var file = new StreamContent(File.OpenRead(path));
        form.Add(file, "file", Path.GetFileName(path));
        return await client.PostAsync(new Uri(stack.Url, "predict"), form, TestContext.Current.CancellationToken);
    }

    private async Task<V1Pod> PodAsync()
    {
        using var client = Lab.Connect();
        var pods = await client.CoreV1.ListNamespacedPodAsync(stack.Name, labelSelector: "app=ml-kube-app", cancellationToken: TestContext.Current.CancellationToken);
        return Assert.Single(pods.Items);
    }

    /// <summary>What would change if anybody touched the stack's objects. Status does not count: time changes it by itself.</summary>
    private async Task<IReadOnlyList<string>> VersionsAsync()
    {
        using var client = Lab.Connect();
        var cancellationToken = TestContext.Current.CancellationToken;
        var deployment = await client.AppsV1.ReadNamespacedDeploymentAsync("ml-kube-app", stack.Name, cancellationToken: cancellationToken);
        var service = await client.CoreV1.ReadNamespacedServiceAsync("ml-kube-service", stack.Name, cancellationToken: cancellationToken);
        return [$"{deployment.Uid()} {deployment.Metadata.Generation}", $"{service.Uid()} {service.ResourceVersion()}", (await PodAsync()).Uid()];
    }
}

using Scalelab.EndToEnd.Fixtures;

namespace Scalelab.EndToEnd;

/// <summary>The exercise <c>hello</c>, and what is left when an exercise is over.</summary>
public sealed class HelloTests(Lab lab) : EndToEndTest(lab)
{
    [Fact]
    public async Task UpAndDestroy_Hello_AnswersAndThenLeavesNothingBehind()
    {
        Uri url;
        try
        {
            (await Lab.RunAsync("up", "hello")).Succeeded();
            url = new Uri((await Lab.RunAsync("output", "hello", "url")).Succeeded().Output.Trim());
            using var client = new HttpClient();
            Assert.Matches("^hello user from ml-kube-app-[a-z0-9]+-[a-z0-9]{5}$", (await client.GetStringAsync(url, TestContext.Current.CancellationToken)).Trim());
        }
        finally
        {
            (await Lab.RunAsync("destroy", "hello")).Succeeded();
        }

        using var kubernetes = Lab.Connect();
        var left = await k8s.CoreV1OperationsExtensions.ListPodForAllNamespacesAsync(kubernetes.CoreV1, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Empty(left.Items);
        var namespaces = await k8s.CoreV1OperationsExtensions.ListNamespaceAsync(kubernetes.CoreV1, cancellationToken: TestContext.Current.CancellationToken);
        Assert.DoesNotContain("hello", namespaces.Items.Select(item => item.Metadata.Name));
        using var late = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => late.GetStringAsync(url, TestContext.Current.CancellationToken));
        Assert.DoesNotContain(PodProcesses.Around(Lab.Home), process => process.Contains("ModelServer", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Lab.Home, "nodes"), "ml-kube-app-*", SearchOption.AllDirectories));
        // A second time: there is nothing to do, which is not an error.
        (await Lab.RunAsync("destroy", "hello")).Succeeded();
    }
}

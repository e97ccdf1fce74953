using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Scalelab.ModelServer.Logging;

namespace Scalelab.ModelServer.Tests.Logging;

public sealed class PodLogFormatterTests
{
    [Fact]
    public void Write_Text_IsOneLineWithPodAndRequest() =>
        Assert.Equal("warn pod=pod-1 request_id=r-7 Some.Category: first second System.InvalidOperationException: broken", Written(json: false));

    [Fact]
    public void Write_Json_IsOneObjectWithPodAndRequest()
    {
        var entry = JsonNode.Parse(Written(json: true))!;

        Assert.Equal(("warn", "pod-1", "r-7"), ((string?)entry["level"], (string?)entry["pod"], (string?)entry["request_id"]));
        Assert.Equal("first\nsecond", (string?)entry["message"]);
        Assert.StartsWith("System.InvalidOperationException: broken", (string?)entry["exception"], StringComparison.Ordinal);
    }

    private static string Written(bool json)
    {
        var formatter = new PodLogFormatter(new PodIdentity("pod-1"), new FakeTimeProvider(), Options.Create(new PodLogOptions { Json = json }));
        var scopes = new LoggerExternalScopeProvider();
        using var scope = scopes.Push(new RequestScope("r-7"));
        using var text = new StringWriter();
        formatter.Write(
            new LogEntry<string>(LogLevel.Warning, "Some.Category", default, "first\nsecond", new InvalidOperationException("broken"), (state, _) => state), scopes, text);
        return Assert.Single(text.ToString().TrimEnd().Split('\n'));
    }
}

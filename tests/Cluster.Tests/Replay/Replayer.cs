using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Tests.Api;

namespace Scalelab.Cluster.Tests.Replay;

/// <summary>Sends a scenario's requests to a cluster and compares each answer with the recorded one.</summary>
internal sealed class Replayer(RunningCluster cluster)
{
    private static readonly string[] ComparedHeaders = ["Warning", "Location", "Retry-After", "Www-Authenticate", "Allow", "Vary", "Etag", "X-From-Cache"];

    /// <summary>How long an exchange with an <c>until</c> is repeated.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The exchanges that differ, with the first differences of each.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> RunAsync(Scenario scenario, CancellationToken cancellationToken)
    {
        var answers = new Dictionary<string, JsonNode?>();
        var failures = new Dictionary<string, IReadOnlyList<string>>();
        var namespaces = new List<string>();
        foreach (var exchange in scenario.Exchanges)
        {
            var id = (string)exchange["id"]!;
            IReadOnlyList<string> differences;
            try
            {
                var answer = await SettleAsync(scenario, exchange, answers, cancellationToken);
                answers[id] = answer.Body;
                differences = [.. Compare(exchange, answer).Take(3)];
                if ((string)exchange["request"]!["method"]! == "POST" && (string)exchange["request"]!["path"]! == "/api/v1/namespaces" && answer.Status == 201)
                {
                    namespaces.Add((string)answer.Body!["metadata"]!["name"]!);
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidOperationException or KeyNotFoundException or UriFormatException)
            {
                answers.TryAdd(id, null);
                differences = [exception.Message];
            }

            if (differences.Count > 0)
            {
                failures[id] = differences;
            }
        }

        foreach (var name in namespaces)
        {
            using var deleted = await cluster.Http.DeleteAsync(new Uri($"/api/v1/namespaces/{name}", UriKind.Relative), cancellationToken);
        }

        return failures;
    }

    private async Task<Reply> SettleAsync(Scenario scenario, JsonNode exchange, Dictionary<string, JsonNode?> answers, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await SendAsync(scenario, exchange, answers, cancellationToken);
            if (exchange["until"] is not { } until || IsMet(until, answer) || TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                return answer;
            }

            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    private static bool IsMet(JsonNode until, Reply answer)
    {
        if (until["status"] is { } status && (int)status != answer.Status)
        {
            return false;
        }

        return until["pointer"] is not { } pointer
            || (Recordings.At(answer.Body, (string)pointer!) is { } value && (until.AsObject().TryGetPropertyValue("equals", out var wanted) is false || JsonNode.DeepEquals(value, wanted)));
    }

    private async Task<Reply> SendAsync(Scenario scenario, JsonNode exchange, Dictionary<string, JsonNode?> answers, CancellationToken cancellationToken)
    {
        var request = exchange["request"]!;
        var path = Scenario.Fill((string)request["path"]!, answers).Replace(" ", "%20", StringComparison.Ordinal);
        using var message = new HttpRequestMessage(
            new HttpMethod((string)request["method"]!),
            new Uri(cluster.Address.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["User-Agent"] = (string?)request["userAgent"] ?? scenario.UserAgent,
            ["Accept"] = "application/json",
        };
        foreach (var (name, value) in request["headers"]?.AsObject() ?? [])
        {
            headers[name] = Scenario.Fill((string)value!, answers);
        }

        if (request.AsObject().TryGetPropertyValue("body", out var body) && body is not null)
        {
            var filled = Scenario.Fill(body, answers)!;
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(filled is JsonValue && filled.GetValueKind() == JsonValueKind.String ? filled.GetValue<string>() : filled.ToJsonString()));
            var type = headers.GetValueOrDefault("Content-Type", "application/json");
            if (type.Length > 0)
            {
                message.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            }
        }

        foreach (var (name, value) in headers.Where(header => !header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)))
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        var client = (string?)request["auth"] == "none" ? cluster.Anonymous : cluster.Http;
        using var response = await client.SendAsync(message, cancellationToken);

        // Reading the body rewrites the header in a form of its own.
        var contentType = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var types) ? types.ToString() : "";
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        var kept = response.Headers.Concat(response.Content.Headers)
            .Where(header => ComparedHeaders.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
            .ToDictionary(header => header.Key, header => header.Value.ToList(), StringComparer.OrdinalIgnoreCase);
        return new Reply((int)response.StatusCode, contentType, kept, Parse(exchange, (int)response.StatusCode, text));
    }

    private static JsonNode? Parse(JsonNode exchange, int status, string text)
    {
        try
        {
            return (bool?)exchange["stream"] == true && status == 200
                ? new JsonArray([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line))])
                : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static IEnumerable<string> Compare(JsonNode exchange, Reply answer)
    {
        var response = exchange["response"]!;
        if ((int)response["status"]! != answer.Status)
        {
            yield return $"status: expected {response["status"]}, got {answer.Status}";
        }

        if ((string?)response["contentType"] is { } type && type != answer.ContentType)
        {
            yield return $"content type: expected {type}, got {answer.ContentType}";
        }

        var masked = (exchange["maskHeaders"]?.AsArray() ?? []).Select(header => ((string)header!).TrimStart('/')).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in response["headers"]?.AsObject() ?? [])
        {
            var wanted = value is JsonArray several ? several.Select(item => (string)item!).ToList() : [(string)value!];
            if (name != "Etag" && !masked.Contains(name) && !(answer.Headers.TryGetValue(name, out var given) && given.SequenceEqual(wanted)))
            {
                yield return $"{name}: expected {string.Join(" | ", wanted)}, got {(answer.Headers.TryGetValue(name, out var other) ? string.Join(" | ", other) : "nothing")}";
            }
        }

        if (response.AsObject().ContainsKey("body"))
        {
            foreach (var difference in Comparison.Differences(response["body"], answer.Body, [.. (exchange["mask"]?.AsArray() ?? []).Select(mask => (string)mask!)]))
            {
                yield return difference;
            }
        }
    }

    private sealed record Reply(int Status, string ContentType, IReadOnlyDictionary<string, List<string>> Headers, JsonNode? Body);
}

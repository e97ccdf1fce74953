using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Scalelab.ModelServer.Logging;

/// <summary>
/// One line an entry, with the pod's name and the request's id: for people <c>info pod=… request_id=… Category: message</c>, for machines (LOG_FORMAT=json) an
/// object.
/// </summary>
internal sealed class PodLogFormatter(PodIdentity pod, TimeProvider time, IOptions<PodLogOptions> options) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "pod";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var id = RequestId(scopeProvider);
        textWriter.WriteLine(options.Value.Json
            ? Json(logEntry.LogLevel, logEntry.Category, message, id, logEntry.Exception)
            : Text(logEntry.LogLevel, logEntry.Category, message, id, logEntry.Exception));
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "critical",
    };

    private static string? RequestId(IExternalScopeProvider? scopes)
    {
        string? id = null;
        scopes?.ForEachScope((scope, _) => id = (scope as RequestScope)?.Id ?? id, 0);
        return id;
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private string Text(LogLevel level, string category, string message, string? id, Exception? exception)
    {
        var line = new StringBuilder($"{Word(level)} pod={pod.Name}");
        if (id is not null)
        {
            line.Append(" request_id=").Append(id);
        }
        line.Append(' ').Append(category).Append(": ").Append(OneLine(message));
        return exception is null ? line.ToString() : line.Append(' ').Append(OneLine(exception.ToString())).ToString();
    }

    private string Json(LogLevel level, string category, string message, string? id, Exception? exception)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow());
            json.WriteString("level", Word(level));
            json.WriteString("pod", pod.Name);
            if (id is not null)
            {
                json.WriteString("request_id", id);
            }
            json.WriteString("category", category);
            json.WriteString("message", message);
            if (exception is not null)
            {
                json.WriteString("exception", exception.ToString());
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}

/// <summary>How entries are written.</summary>
internal sealed class PodLogOptions : ConsoleFormatterOptions
{
    /// <summary>As JSON objects rather than as text.</summary>
    public bool Json { get; set; }
}

/// <summary>The request that log entries are about.</summary>
internal sealed record RequestScope(string Id);

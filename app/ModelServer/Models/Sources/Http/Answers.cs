using System.Text;
using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Models.Sources.Http;

/// <summary>Makes errors of answers that bring nothing.</summary>
internal static class Answers
{
    private const int MaxText = 4096;
    private const int MaxShown = 300;

    /// <summary>What a server's refusal means, with what it says itself.</summary>
    public static async Task<ModelException> RefusalAsync(HttpResponseMessage response, RemoteFile file, CancellationToken cancellationToken)
    {
        var text = await TextAsync(response, cancellationToken);
        return new ModelException($"{file.Name}: the server answers {(int)response.StatusCode} {response.ReasonPhrase}{text}. {file.Advice(response.StatusCode)}");
    }

    /// <summary>The beginning of what a server says about its refusal, as the middle of a sentence; empty where it says nothing legible.</summary>
    public static async Task<string> TextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var bytes = new byte[MaxText];
        int read;
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch (IOException)
        {
            // The status says enough.
            return "";
        }
        var text = string.Join(' ', Encoding.UTF8.GetString(bytes, 0, read).Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        var isLegible = text.Length > 0 && !text.Contains("<html", StringComparison.OrdinalIgnoreCase) && !text.Any(char.IsControl);
        return isLegible ? $": {(text.Length > MaxShown ? text[..MaxShown] + "…" : text).TrimEnd('.')}" : "";
    }
}

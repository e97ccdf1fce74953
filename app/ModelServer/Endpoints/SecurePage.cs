using System.Security.Cryptography;
using System.Text;

namespace Scalelab.ModelServer.Endpoints;

/// <summary>An HTML page that is one file, with the policy that lets only its own script and style run.</summary>
internal sealed class SecurePage(string html)
{
    private readonly byte[] _html = Encoding.UTF8.GetBytes(html);

    // Only what the file itself holds may run or style; pictures are shown from memory, and requests go to this server only.
    private readonly string _policy = $"default-src 'none'; img-src blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        + $"script-src '{Hash(html, "script")}'; style-src '{Hash(html, "style")}'";

    /// <summary>Sends it.</summary>
    public async Task SendAsync(HttpContext context)
    {
        context.Response.Headers.ContentSecurityPolicy = _policy;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.ContentLength = _html.Length;
        await context.Response.Body.WriteAsync(_html, context.RequestAborted);
    }

    private static string Hash(string html, string element)
    {
        var start = html.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2;
        var end = html.IndexOf($"</{element}>", start, StringComparison.Ordinal);
        return $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(html[start..end])))}";
    }
}

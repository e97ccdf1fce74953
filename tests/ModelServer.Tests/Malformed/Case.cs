using System.Text;

namespace Scalelab.ModelServer.Tests.Malformed;

/// <summary>One wrong request.</summary>
/// <param name="Name">What is wrong, for the failure's message.</param>
/// <param name="Route">Where it goes.</param>
/// <param name="Body">What it sends.</param>
/// <param name="Type">Its content type; null for none.</param>
/// <param name="Headers">Further headers.</param>
internal sealed record Case(string Name, string Route, byte[] Body, string? Type = "application/json", params (string Key, string Value)[] Headers)
{
    public Case(string name, string route, string body, string? type = "application/json")
        : this(name, route, Encoding.UTF8.GetBytes(body), type)
    {
    }

    /// <summary>The request, as far as the client lets one send it.</summary>
    public HttpRequestMessage ToRequest()
    {
        var content = new ByteArrayContent(Body);
        content.Headers.Remove("Content-Type");
        if (Type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", Type);
        }
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Route, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })) { Content = content };
        foreach (var (key, value) in Headers)
        {
            request.Headers.TryAddWithoutValidation(key, value);
        }
        return request;
    }

    /// <summary>The first bytes of a body, at every length.</summary>
    public static IEnumerable<byte[]> Cuts(byte[] whole, int count) => Enumerable.Range(0, count).Select(i => whole[..(i * (whole.Length - 1) / count)]);
}

using System.Text;
using SkiaSharp;

namespace Scalelab.ModelServer.Tests.Malformed;

/// <summary>Changes right requests at random.</summary>
internal static class Fuzz
{
    private static readonly byte[] Picture = TestPicture.Plain(SKColors.Red, SKEncodedImageFormat.Jpeg, width: 40, height: 30);

    /// <summary>A request that is answered with a success.</summary>
    public static Case Right(string protocol, string server) => protocol switch
    {
        "pictures" => new Case("picture", $"{server}/predict", [.. "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n"u8, .. Picture, .. "\r\n--b--\r\n"u8], "multipart/form-data; boundary=b"),
        "v1" => new Case("v1", $"{server}/v1/models/{Corpus.Model}:predict", """{"instances": [{"x": [1.5, -2e3]}, {"x": [3, 4]}]}"""),
        _ => new Case(
            "v2", $"{server}/v2/models/{Corpus.Model}/infer",
            [.. """{"id": "1", "inputs": [{"name": "x", "shape": [1, 2], "datatype": "FP32", "parameters": {"binary_data_size": 8}}]}"""u8, .. new byte[8]],
            "application/octet-stream", ("Inference-Header-Content-Length", "104")),
    };

    /// <summary>Bytes set, removed, doubled or moved, a few times.</summary>
    public static Case Change(Case right, Random random)
    {
        var body = right.Body.ToList();
        for (var changes = random.Next(1, 8); changes > 0 && body.Count > 2; changes--)
        {
            var (at, length) = (random.Next(body.Count), random.Next(1, 9));
            var part = body.Skip(at).Take(length).ToArray();
            switch (random.Next(5))
            {
                case 0: body[at] = (byte)random.Next(256); break;
                case 1: body[at] = Encoding.ASCII.GetBytes("[]{}\",:0-e\\")[random.Next(11)]; break;
                case 2: body.RemoveRange(at, part.Length); break;
                case 3: body.InsertRange(at, part); break;
                default: body.InsertRange(random.Next(body.Count), part); break;
            }
        }
        return right with { Body = [.. body] };
    }
}

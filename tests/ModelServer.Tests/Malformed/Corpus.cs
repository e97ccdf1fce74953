using System.Text;
using System.Text.Json.Nodes;
using SkiaSharp;

namespace Scalelab.ModelServer.Tests.Malformed;

/// <summary>Wrong requests for each protocol, made by rules: whoever adds a rule adds dozens.</summary>
internal static class Corpus
{
    /// <summary>The model that tensors are sent to takes <c>x</c>, FP32 [any, 2].</summary>
    public const string Model = "echo";

    private static readonly string[] Types =
    [
        "image/png", "image/jpeg", "application/xml", "text/css", "multipart/mixed", "video/mp4", "application/grpc", "application/x-tar", "application/pdf", "x", "x/", "/x", "a b/c", "*/*", "json",
        "application/jsonx", "application/json/x", ";", "text", "application/vnd.api+json",
    ];

    private static readonly string[] Names =
    [
        "other", "..", ".", "%2e%2e", "..%2f..%2fetc%2fpasswd", "%2e%2e%2fecho", "..%5c..%5cecho", "echo%20", "%20echo", "ECHO", "echo%2f", "echo%3f", "%ff%fe", "echo%0d%0aX:1",
        "%3cscript%3e", "echo;a=b", "~", "-", "con", "%25", "%252e%252e", "a%2fb", "echo%2finfer",
    ];

    /// <summary><c>POST /predict</c>.</summary>
    public static IEnumerable<Case> Pictures(string server) =>
    [
        .. Damaged().Select(each => Upload(server, each.Name, each.Bytes)),
        .. Damaged().Select(each => new Case($"{each.Name} in JSON", $"{server}/predict", $$"""{"image": "{{Convert.ToBase64String(each.Bytes)}}"}""")),
        .. WrongJson.Values.Select(value => new Case($"body {value}", $"{server}/predict", value)),
        .. WrongJson.Values.Where(value => value != "\"1\"").Select(value => new Case($"image {value}", $"{server}/predict", $$"""{"image": {{value}}}""")),
        .. WrongJson.Words.SelectMany(word => new[] { new Case($"body {word}", $"{server}/predict", word), new Case($"image {word}", $"{server}/predict", $$"""{"image": {{word}}}""") }),
        .. Types.Append(null).Select(type => new Case($"type {type}", $"{server}/predict", "AAAA", type)),
        .. Forms().Select((form, i) => new Case($"form {i}", $"{server}/predict", form.Body, form.Type)),
    ];

    /// <summary><c>POST /v1/models/{model}:predict</c>.</summary>
    public static IEnumerable<Case> V1(string server)
    {
        var route = $"{server}/v1/models/{Model}:predict";
        string[] places = ["{0}", "{{\"instances\": {0}}}", "{{\"inputs\": {0}}}", "{{\"instances\": [{0}]}}", "{{\"instances\": [[1, 2], {0}]}}", "{{\"instances\": [[1, {0}]]}}", "{{\"inputs\": {{\"x\": {0}}}}}", "{{\"instances\": [{{\"x\": {0}}}]}}", "{{\"y\": {0}}}"];
        return
        [
            .. places.SelectMany(place => WrongJson.Values.Concat(WrongJson.Words).Select(value => string.Format(System.Globalization.CultureInfo.InvariantCulture, place, value)))
                .Select(body => new Case(body, route, body)),
            .. Case.Cuts("""{"instances": [[1.5, 2], [3, 4]]}"""u8.ToArray(), 30).Select(body => new Case($"cut at {body.Length}", route, body)),
            .. Types.Select(type => new Case($"type {type}", route, """{"instances": [[1, 2]]}""", type)),
            .. Names.Select(name => new Case($"name {name}", $"{server}/v1/models/{name}:predict", """{"instances": [[1, 2]]}""")),
            .. Enumerable.Range(2, 30).Select(depth => new Case($"depth {depth}", route, $$"""{"instances": {{WrongJson.Deep(depth * 3)}}}""")),
            .. Damaged().Select(each => new Case($"{each.Name}", $"{server}/v1/models/colours:predict", $$$"""{"instances": [{"b64": "{{{Convert.ToBase64String(each.Bytes)}}}"}]}""")),
        ];
    }

    /// <summary><c>POST /v2/models/{model}/infer</c>.</summary>
    public static IEnumerable<Case> V2(string server)
    {
        var route = $"{server}/v2/models/{Model}/infer";
        const string Whole = """{"id": "1", "inputs": [{"name": "x", "shape": [1, 2], "datatype": "FP32", "data": [1, 2]}], "outputs": [{"name": "x_out"}]}""";
        return
        [
            .. Fields().SelectMany(field => WrongJson.Values.Where(value => !IsRight(field, value)).Select(value => Replace(field, value))).Select(body => new Case(body, route, body)),
            .. WrongJson.Words.SelectMany(word => new[] { $$"""{"inputs": {{word}}}""", $$$"""{"inputs": [{"name": "x", "shape": [1, 2], "datatype": "FP32", "data": [1, {{{word}}}]}]}""" }).Select(body => new Case(body, route, body)),
            .. Case.Cuts(Encoding.UTF8.GetBytes(Whole), 60).Select(body => new Case($"cut at {body.Length}", route, body)),
            .. Types.Select(type => new Case($"type {type}", route, Whole, type)),
            .. Names.Select(name => new Case($"name {name}", $"{server}/v2/models/{name}/infer", Whole)),
            // Kestrel itself takes dots out of a path, and what is left names the model without a version.
            .. Names.Where(name => name is not (".." or "." or "%2e%2e")).Select(name => new Case($"version {name}", $"{server}/v2/models/{Model}/versions/{name}/infer", Whole)),
            .. Binary().Select(each => new Case(each.Name, route, each.Body, "application/octet-stream", ("Inference-Header-Content-Length", each.Length))),
        ];
    }

    /// <summary>Bytes that are no picture, or not the whole of one, or one that is too large.</summary>
    private static IEnumerable<(string Name, byte[] Bytes)> Damaged()
    {
        foreach (var format in (SKEncodedImageFormat[])[SKEncodedImageFormat.Png, SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Webp])
        {
            var whole = TestPicture.Plain(SKColors.Red, format, width: 300, height: 200);
            foreach (var cut in Case.Cuts(whole, 20).Where(cut => cut.Length < whole.Length / 2))
            {
                yield return ($"{format} cut at {cut.Length}", cut);
            }
        }
        foreach (var (width, height) in ((int, int)[])[(0, 0), (0, 5), (5, 0), (16_385, 1), (1, 16_385), (8000, 8000), (int.MaxValue, 1), (1, int.MaxValue), (int.MaxValue, int.MaxValue), (-1, -1)])
        {
            yield return ($"PNG of {width} × {height}", TestPicture.Header(width, height));
        }
        foreach (var magic in (string[])["GIF89a", "BM", "RIFF\0\0\0\0WEBP", "\u0089PNG\r\n\u001a\n", "\u00ff\u00d8\u00ff", "II*\0", "%PDF-1.7", "<svg xmlns='http://www.w3.org/2000/svg'/>", "PK\u0003\u0004", "\u007fELF", "\0\0\0\u0018ftypheic"])
        {
            yield return ($"only {magic.Length} bytes of a format", Encoding.Latin1.GetBytes(magic));
            yield return ($"{magic.Length} bytes of a format and zeros", [.. Encoding.Latin1.GetBytes(magic), .. new byte[500]]);
        }
    }

    private static Case Upload(string server, string name, byte[] bytes) => new(
        name, $"{server}/predict", [.. "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../x\"\r\n\r\n"u8, .. bytes, .. "\r\n--b--\r\n"u8], "multipart/form-data; boundary=b");

    private static IEnumerable<(byte[] Body, string Type)> Forms()
    {
        var whole = Encoding.ASCII.GetBytes("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nAAAA\r\n--b--\r\n");
        foreach (var cut in Case.Cuts(whole, 40))
        {
            yield return (cut, "multipart/form-data; boundary=b");
        }
        foreach (var boundary in (string[])["", "\"\"", "c", "bb", new string('b', 71), new string('b', 9000)])
        {
            yield return (whole, $"multipart/form-data; boundary={boundary}");
        }
        foreach (var disposition in (string[])["form-data", "form-data; name=", "form-data; name=\"File\"", "form-data; filename=\"file\"", "attachment; name=\"x\"", "form-data; name=\"file\0\"", ""])
        {
            yield return (Encoding.ASCII.GetBytes($"--b\r\nContent-Disposition: {disposition}\r\n\r\nAAAA\r\n--b--\r\n"), "multipart/form-data; boundary=b");
        }
        yield return (Encoding.ASCII.GetBytes($"--b\r\n{string.Concat(Enumerable.Range(0, 100).Select(i => $"H{i}: x\r\n"))}\r\nAAAA\r\n--b--\r\n"), "multipart/form-data; boundary=b");
        yield return (Encoding.ASCII.GetBytes($"--b\r\nContent-Disposition: {new string('x', 50_000)}\r\n\r\nAAAA\r\n--b--\r\n"), "multipart/form-data; boundary=b");
    }

    // Where a value of the request stands, as the keys and indexes that lead to it.
    private static IEnumerable<object[]> Fields() =>
    [
        ["inputs"], ["inputs", 0], ["inputs", 0, "name"], ["inputs", 0, "shape"], ["inputs", 0, "shape", 0], ["inputs", 0, "shape", 1], ["inputs", 0, "datatype"], ["inputs", 0, "data"], ["inputs", 0, "data", 0],
        ["inputs", 0, "parameters"], ["outputs"], ["outputs", 0], ["outputs", 0, "name"], ["outputs", 0, "parameters"], ["id"], ["parameters"],
    ];

    // What may be left out may be null, and parameters may be for other servers.
    private static bool IsRight(object[] field, string value) => field[^1] switch
    {
        "parameters" => value is "null" || value.StartsWith('{'),
        "name" when field[0] is "inputs" => value is "\"x\"",
        "id" => value is "null" || value.StartsWith('"'),
        "outputs" => value is "null" or "[]",
        _ => false,
    };

    private static string Replace(object[] field, string value)
    {
        const string Mark = "\"@@@\"";
        var request = JsonNode.Parse("""{"id": "1", "inputs": [{"name": "x", "shape": [1, 2], "datatype": "FP32", "data": [1, 2]}], "outputs": [{"name": "x_out"}]}""")!;
        var parent = field[..^1].Aggregate(request, (node, key) => key is int index ? node[index]! : node[(string)key]!);
        if (field[^1] is int last)
        {
            parent[last] = "@@@";
        }
        else
        {
            parent[(string)field[^1]] = "@@@";
        }
        return request.ToJsonString().Replace(Mark, value, StringComparison.Ordinal);
    }

    private static IEnumerable<(string Name, byte[] Body, string Length)> Binary()
    {
        foreach (var (said, sent) in ((int, int)[])[(8, 0), (8, 7), (8, 9), (0, 8), (4, 8), (16, 16), (int.MaxValue, 8), (0, 0)])
        {
            var json = $$$"""{"inputs": [{"name": "x", "shape": [1, 2], "datatype": "FP32", "parameters": {"binary_data_size": {{{said}}}}}]}""";
            yield return ($"{said} bytes said, {sent} sent", [.. Encoding.UTF8.GetBytes(json), .. new byte[sent]], $"{json.Length}");
        }
        foreach (var length in (string[])["0", "1", "-1", "x", "1e3", "99999999999", "0x10", "10000", " "])
        {
            yield return ($"length {length}", [.. """{"inputs": [{"name": "x", "shape": [1, 2], "datatype": "FP32", "parameters": {"binary_data_size": 8}}]}"""u8, .. new byte[8]], length);
        }
    }
}

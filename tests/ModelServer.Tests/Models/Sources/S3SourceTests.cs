using System.Diagnostics;
using System.Globalization;
using System.Security;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Scalelab.ModelServer.Models.Sources.S3;

namespace Scalelab.ModelServer.Tests.Models.Sources;

public sealed class S3SourceTests
{
    private const string Id = "AKIAIOSFODNN7EXAMPLE";
    private const string Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // The examples of "Signature Calculations for the Authorization Header" in the S3 API reference.
    [Theory]
    [InlineData("/test.txt", "bytes=0-9", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")]
    [InlineData("/?lifecycle", null, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")]
    [InlineData("/?max-keys=2&prefix=J", null, "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")]
    public void Sign_PublishedExample_GivesThePublishedSignature(string path, string? range, string signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://examplebucket.s3.amazonaws.com{path}");
        if (range is not null)
        {
            request.Headers.TryAddWithoutValidation("Range", range);
        }

        S3Signature.Sign(request, new S3Credentials(Id, Secret, null), "us-east-1", DateTimeOffset.Parse("2013-05-24T00:00:00Z", CultureInfo.InvariantCulture));

        Assert.EndsWith($"Signature={signature}", request.Headers.NonValidated["Authorization"].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sign_OddKeysAndQueries_AgreesWithBotocore()
    {
        const string python = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(python) && await SucceedsAsync(python, "-c", "import botocore"), "python3-botocore is not installed.");
        var settings = S3Settings.Read(name => name == "AWS_ENDPOINT_URL" ? "http://127.0.0.1:9000" : null);
        Uri[] addresses =
        [
            settings.Address("models", "wine/model.onnx"), settings.Address("models", "späti/ä b+c&d=e~(1)*'!.onnx"),
            settings.Address("models", "a//b/./c"), settings.Address("models", "", $"encoding-type=url&list-type=2&prefix={Uri.EscapeDataString("wein/ü +/")}"),
        ];
        const string script = """
            import sys, datetime, botocore.auth, botocore.awsrequest, botocore.credentials
            now = datetime.datetime(2024, 5, 6, 7, 8, 9)
            class Fixed(datetime.datetime):
                @classmethod
                def utcnow(cls): return now
            botocore.auth.datetime.datetime = Fixed
            for url in sys.argv[3:]:
                request = botocore.awsrequest.AWSRequest('GET', url, headers={'x-amz-checksum-mode': 'ENABLED', 'Range': 'bytes=5-'})
                request.headers['X-Amz-Content-SHA256'] = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
                botocore.auth.S3SigV4Auth(botocore.credentials.Credentials(sys.argv[1], sys.argv[2], 'token'), 's3', 'eu-north-1').add_auth(request)
                print(request.headers['Authorization'].rsplit('=', 1)[1])
            """;

        var (_, output) = await RunAsync(python, ["-c", script, Id, Secret, .. addresses.Select(address => address.AbsoluteUri)]);
        var signatures = addresses.Select(address =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.TryAddWithoutValidation("x-amz-checksum-mode", "ENABLED");
            request.Headers.TryAddWithoutValidation("Range", "bytes=5-");
            S3Signature.Sign(request, new S3Credentials(Id, Secret, "token"), "eu-north-1", DateTimeOffset.Parse("2024-05-06T07:08:09Z", CultureInfo.InvariantCulture));
            return request.Headers.NonValidated["Authorization"].ToString().Split("Signature=")[1];
        });

        Assert.Equal(output.Split('\n', StringSplitOptions.RemoveEmptyEntries), signatures);
    }

    [Theory]
    [InlineData(null, false, "https://bucket.s3.eu-west-1.amazonaws.com/a/b%20c")]
    [InlineData("http://minio:9000", false, "http://minio:9000/bucket/a/b%20c")]
    [InlineData("https://store.example/s3/", false, "https://store.example/s3/bucket/a/b%20c")]
    [InlineData("https://store.example", true, "https://bucket.store.example/a/b%20c")]
    public void Address_OfAnObject_FollowsTheEnvironment(string? endpoint, bool virtualHosts, string expected)
    {
        var settings = S3Settings.Read(name => name switch
        {
            "AWS_ENDPOINT_URL" => endpoint,
            "S3_USER_VIRTUAL_BUCKET" => virtualHosts ? "true" : null,
            "AWS_REGION" => "eu-west-1",
            _ => null,
        });

        Assert.Equal(expected, settings.Address("bucket", "a/b c").AbsoluteUri);
    }

    [Theory]
    [InlineData("minio:9000", null, "https")]
    [InlineData("minio:9000", "0", "http")]
    [InlineData("minio:9000", "1", "https")]
    public void Address_EndpointWithoutScheme_FollowsUseHttps(string endpoint, string? useHttps, string scheme)
    {
        var settings = S3Settings.Read(name => name == "S3_ENDPOINT" ? endpoint : name == "S3_USE_HTTPS" ? useHttps : null);

        Assert.Equal($"{scheme}://minio:9000/bucket/key", settings.Address("bucket", "key").AbsoluteUri);
    }

    [Fact]
    public async Task Fetch_Prefix_BringsAllObjectsBelowItAndNoOthers()
    {
        var objects = new Dictionary<string, string>
        {
            ["models/wine/model.onnx"] = "network",
            ["models/wine/a b+c/ä.bin"] = "weights",
            ["models/wine/"] = "",
            ["models/wine-2/model.onnx"] = "another",
        };
        await using var store = await StartStoreAsync(objects);
        using var sources = Sources(store);

        var folder = await sources.FetchAsync("s3://mlflow/models/wine");

        Assert.Equal("network", await File.ReadAllTextAsync(Path.Combine(folder, "model.onnx"), Cancellation));
        Assert.Equal("weights", await File.ReadAllTextAsync(Path.Combine(folder, "a b+c", "ä.bin"), Cancellation));
        Assert.Equal(2, Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Count());
    }

    [Fact]
    public async Task Fetch_ManyObjects_ReadsPageAfterPage()
    {
        await using var store = await StartStoreAsync(Enumerable.Range(0, 25).ToDictionary(i => $"m/{i:00}", i => $"{i}"));
        using var sources = Sources(store);

        var folder = await sources.FetchAsync("s3://mlflow/m/");

        Assert.Equal(25, Directory.EnumerateFiles(folder).Count());
    }

    [Fact]
    public async Task Fetch_OneArchive_IsUnpacked()
    {
        await using var store = await StartStoreAsync(new Dictionary<string, string> { ["wine.zip"] = Latin1(Archives.Zip(("model.onnx", "zipped"))) });
        using var sources = Sources(store);

        var folder = await sources.FetchAsync("s3://mlflow/wine.zip");

        Assert.Equal("zipped", await File.ReadAllTextAsync(Path.Combine(folder, "model.onnx"), Cancellation));
    }

    [Fact]
    public async Task Fetch_UnchangedObjects_TransfersNothing()
    {
        await using var store = await StartStoreAsync(new Dictionary<string, string> { ["m/model.onnx"] = "network" });
        using var sources = Sources(store);

        var first = await sources.FetchAsync("s3://mlflow/m");
        store.Requests.Clear();
        var second = await sources.FetchAsync("s3://mlflow/m");

        Assert.Equal(first, second);
        Assert.Contains("list-type=2", Assert.Single(store.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_ContentIsNotWhatItsTagSays_IsRefused()
    {
        await using var store = await StartStoreAsync(new Dictionary<string, string> { ["model.onnx"] = "network" }, damage: true);
        using var sources = Sources(store);

        Assert.Contains("not what the store's ETag says", await sources.RefusalAsync("s3://mlflow/model.onnx"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_WrongSecret_NamesTheVariables()
    {
        await using var store = await StartStoreAsync(new Dictionary<string, string> { ["model.onnx"] = "network" });
        using var sources = Sources(store, secret: "wrong");

        var refusal = await sources.RefusalAsync("s3://mlflow/model.onnx");

        Assert.Contains("403 Forbidden", refusal, StringComparison.Ordinal);
        Assert.Contains("AWS_SECRET_ACCESS_KEY", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_NothingBelowThePath_SaysSo()
    {
        await using var store = await StartStoreAsync(new Dictionary<string, string> { ["model.onnx"] = "network" });
        using var sources = Sources(store);

        Assert.Contains("there is no such object", await sources.RefusalAsync("s3://mlflow/model"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_KeyLeadsOutOfTheFolder_IsRefused()
    {
        await using var store = await StartStoreAsync(new Dictionary<string, string> { ["m/a"] = "1", ["m/../../evil"] = "2" });
        using var sources = Sources(store);

        Assert.Contains("no path inside a folder", await sources.RefusalAsync("s3://mlflow/m"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AWS_ENDPOINT_URL", "ftp://x", "which is no web address")]
    [InlineData("AWS_ACCESS_KEY_ID", "id", "without AWS_SECRET_ACCESS_KEY")]
    [InlineData("AWS_CA_BUNDLE", "/nowhere.pem", "cannot be read")]
    public async Task Fetch_EnvironmentIsWrong_NamesTheVariable(string name, string value, string message)
    {
        using var sources = new TestSources(null, (name, value));

        var refusal = await sources.RefusalAsync("s3://mlflow/model");

        Assert.Contains(name, refusal, StringComparison.Ordinal);
        Assert.Contains(message, refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Fetch_OverTlsOfAnAuthorityOfOnesOwn_FollowsTheVariables(bool namesAuthority, bool verifiesNothing)
    {
        using var certificate = TestCertificate.Create();
        await using var store = await StartStoreAsync(new Dictionary<string, string> { ["model.onnx"] = "network" }, certificate: certificate);
        var bundle = Path.GetTempFileName();
        await File.WriteAllTextAsync(bundle, certificate.ExportCertificatePem(), Cancellation);
        try
        {
            using var trusting = Sources(store, more: [("AWS_CA_BUNDLE", namesAuthority ? bundle : ""), ("S3_VERIFY_SSL", verifiesNothing ? "0" : "1")]);
            using var others = Sources(store);

            Assert.NotEmpty(await trusting.FetchAsync("s3://mlflow/model.onnx"));
            Assert.Contains("SSL", await others.RefusalAsync("s3://mlflow/model.onnx"), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(bundle);
        }
    }

    private static TestSources Sources(LoopbackServer store, string secret = Secret, params (string, string)[] more) => new(
        null,
        [("AWS_ENDPOINT_URL", store.Address.GetLeftPart(UriPartial.Authority)), ("AWS_ACCESS_KEY_ID", Id), ("AWS_SECRET_ACCESS_KEY", secret), .. more]);

    // A store of one bucket that lists ten objects a page and checks signatures by signing what it received itself.
    private static Task<LoopbackServer> StartStoreAsync(
        Dictionary<string, string> objects, bool damage = false, System.Security.Cryptography.X509Certificates.X509Certificate2? certificate = null) =>
        LoopbackServer.StartAsync(
            context =>
            {
                if (!IsSigned(context.Request))
                {
                    context.Response.StatusCode = 403;
                    return context.Response.WriteAsync("<Error><Code>SignatureDoesNotMatch</Code></Error>");
                }
                var query = QueryHelpers.ParseQuery(context.Request.QueryString.Value);
                if (query.ContainsKey("list-type"))
                {
                    return context.Response.WriteAsync(List(objects, query["prefix"]!, int.Parse(query.GetValueOrDefault("continuation-token").FirstOrDefault() ?? "0", CultureInfo.InvariantCulture)));
                }
                var key = Uri.UnescapeDataString(context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget["/mlflow/".Length..]);
                var content = Bytes(objects[key]);
                return LoopbackServer.ServeAsync(context, damage ? [.. content.Reverse()] : content, $"\"{Tag(objects[key])}\"");
            },
            certificate);

    private static bool IsSigned(HttpRequest request)
    {
        using var copy = new HttpRequestMessage(HttpMethod.Get, new Uri(
            $"{request.Scheme}://{request.Host}{request.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        foreach (var name in new[] { "x-amz-checksum-mode", "Range" }.Where(request.Headers.ContainsKey))
        {
            copy.Headers.TryAddWithoutValidation(name, request.Headers[name].ToString());
        }
        var time = DateTimeOffset.ParseExact(request.Headers["x-amz-date"]!, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        S3Signature.Sign(copy, new S3Credentials(Id, Secret, null), "us-east-1", time);
        return copy.Headers.NonValidated["Authorization"].ToString() == request.Headers.Authorization.ToString();
    }

    private static string List(Dictionary<string, string> objects, string prefix, int start)
    {
        const int size = 10;
        var all = objects.Where(item => item.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(item => item.Key, StringComparer.Ordinal).ToArray();
        var items = string.Concat(all.Skip(start).Take(size).Select(item =>
            $"<Contents><Key>{SecurityElement.Escape(Uri.EscapeDataString(item.Key).Replace("%20", "+", StringComparison.Ordinal))}</Key>"
            + $"<ETag>&quot;{Tag(item.Value)}&quot;</ETag><Size>{Bytes(item.Value).Length}</Size></Contents>"));
        var rest = start + size < all.Length ? $"<IsTruncated>true</IsTruncated><NextContinuationToken>{start + size}</NextContinuationToken>" : "<IsTruncated>false</IsTruncated>";
        return $"""<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{rest}{items}</ListBucketResult>""";
    }

#pragma warning disable CA5351 // S3's tags are MD5.
    private static string Tag(string content) => Convert.ToHexStringLower(MD5.HashData(Bytes(content)));
#pragma warning restore CA5351

    private static byte[] Bytes(string content) => System.Text.Encoding.Latin1.GetBytes(content);

    private static string Latin1(byte[] content) => System.Text.Encoding.Latin1.GetString(content);

    private static async Task<bool> SucceedsAsync(string program, params string[] arguments) => (await RunAsync(program, arguments)).ExitCode == 0;

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(Cancellation);
        var output = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, process.ExitCode == 0 ? output : await errors);
    }
}

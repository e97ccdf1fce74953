using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;

namespace Scalelab.ClusterBench;

/// <summary>An image of a server that answers every request and starts in milliseconds. In Perl, which every system that has git has.</summary>
internal static class TrivialImage
{
    private const string Server =
        """
        #!/usr/bin/env perl
        use strict;
        use warnings;
        use IO::Socket::INET;

        $SIG{TERM} = sub { exit 0 };
        my $server = IO::Socket::INET->new(LocalAddr => $ENV{POD_IP}, LocalPort => 8080, Listen => 64, ReuseAddr => 1) or die "cannot listen: $!\n";
        while (1) {
            my $client = $server->accept() or next;
            while (my $line = <$client>) {
                last if $line =~ /^\r?\n$/;
            }
            print $client "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n";
            close $client;
        }

        """;

    private static readonly string[] Entrypoint = ["/server"];

    /// <returns>The image's name.</returns>
    public static async Task<string> PushAsync(string registry)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://{registry}") };
        using var layer = new MemoryStream();
        await using (var tar = new TarWriter(layer, leaveOpen: true))
        {
            var entry = new PaxTarEntry(TarEntryType.RegularFile, "server")
            {
                DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Server)),
                Mode = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute,
            };
            await tar.WriteEntryAsync(entry).ConfigureAwait(false);
        }

        var config = JsonSerializer.SerializeToUtf8Bytes(new
        {
            architecture = "amd64",
            os = "linux",
            config = new { Entrypoint },
            rootfs = new { type = "layers", diff_ids = new[] { Digest(layer.ToArray()) } },
        });
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 2,
            mediaType = "application/vnd.oci.image.manifest.v1+json",
            config = new { mediaType = "application/vnd.oci.image.config.v1+json", digest = await UploadAsync(config).ConfigureAwait(false), size = config.Length },
            layers = new[] { new { mediaType = "application/vnd.oci.image.layer.v1.tar", digest = await UploadAsync(layer.ToArray()).ConfigureAwait(false), size = layer.Length } },
        });
        using var content = new ByteArrayContent(manifest);
        content.Headers.ContentType = new("application/vnd.oci.image.manifest.v1+json");
        using var response = await client.PutAsync(new Uri("/v2/trivial/manifests/1", UriKind.Relative), content).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        return $"{registry}/trivial:1";

        async Task<string> UploadAsync(byte[] blob)
        {
            using var begun = await client.PostAsync(new Uri("/v2/trivial/blobs/uploads/", UriKind.Relative), null).ConfigureAwait(false);
            begun.EnsureSuccessStatusCode();
            var location = new Uri(client.BaseAddress!, begun.Headers.Location!).ToString();
            using var bytes = new ByteArrayContent(blob);
            bytes.Headers.ContentType = new("application/octet-stream");
            using var done = await client.PutAsync(new Uri($"{location}{(location.Contains('?', StringComparison.Ordinal) ? '&' : '?')}digest={Digest(blob)}"), bytes).ConfigureAwait(false);
            done.EnsureSuccessStatusCode();
            return Digest(blob);
        }
    }

    private static string Digest(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));
}

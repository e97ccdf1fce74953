using k8s;
using k8s.Exceptions;
using Scalelab.Engine.Providers.Kubernetes;
using Scalelab.Engine.Tests.Support;
using YamlDotNet.Core;

namespace Scalelab.Engine.Tests.Providers.Kubernetes;

public sealed class KubeconfigReaderTests
{
    private const string Text = """
        apiVersion: v1
        kind: Config
        current-context: token
        clusters:
        - name: here
          cluster: { server: "https://127.0.0.1:6443", insecure-skip-tls-verify: true, tls-server-name: kubernetes }
        - name: there
          cluster: { server: "http://there:8080" }
        contexts:
        - name: token
          context: { cluster: here, user: bearer, namespace: exercises }
        - name: password
          context: { cluster: there, user: named }
        users:
        - name: bearer
          user: { token: abc.def }
        - name: named
          user: { username: student, password: "007" }
        preferences: {}
        extensions:
        - name: minikube
          extension: { last-update: 2026-01-01, version: 1.36 }
        """;

    [Theory]
    [InlineData(null)]
    [InlineData("token")]
    [InlineData("password")]
    public void ReadFile_AnyContext_SaysWhatTheClientsOwnReaderSays(string? context)
    {
        using var folder = new TestFolder();
        var file = folder.File("config", Text);

        var expected = KubernetesClientConfiguration.BuildConfigFromConfigFile(new FileInfo(file), context);
        var actual = KubeconfigReader.ReadFile(file, context);

        foreach (var property in typeof(KubernetesClientConfiguration).GetProperties().Where(property => property.PropertyType == typeof(string) || property.PropertyType == typeof(bool)))
        {
            Assert.Equal(property.GetValue(expected), property.GetValue(actual));
        }
    }

    [Fact]
    public void ReadFile_FilesThatItNames_AreRelativeToIt()
    {
        using var folder = new TestFolder();
        var file = folder.File("config", Text.Replace("token: abc.def", "client-certificate: me.crt, client-key: me.key", StringComparison.Ordinal));

        Assert.Equal(Path.Combine(folder.Path, "me.crt"), KubeconfigReader.ReadFile(file).ClientCertificateFilePath);
    }

    [Fact]
    public void ReadText_JsonIsYamlToo() =>
        Assert.Equal("http://there:8080", KubeconfigReader.ReadText("""
            {"current-context":"c","clusters":[{"name":"k","cluster":{"server":"http://there:8080"}}],"contexts":[{"name":"c","context":{"cluster":"k"}}]}
            """).Host);

    [Theory]
    [InlineData("")]
    [InlineData("# nothing")]
    [InlineData("contexts:\nclusters:\nusers:\ncurrent-context: a")]
    [InlineData("current-context: a")]
    [InlineData("kind: Config")]
    public void ReadText_LacksWhatIsNeeded_IsRefused(string text) => Assert.Throws<KubeConfigException>(() => KubeconfigReader.ReadText(text));

    [Theory]
    [InlineData("clusters: 3")]
    [InlineData("- a\n- b")]
    [InlineData("clusters: [")]
    public void ReadText_NoKubeconfig_IsRefused(string text) => Assert.ThrowsAny<YamlException>(() => KubeconfigReader.ReadText(text));
}

using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>An Ingress: until its controller gave it an address, and until the Services that its rules name are there.</summary>
internal sealed class IngressWait : IWait
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Subject _ingress;
    private readonly Collection _services = new();
    private readonly Collection _classes = new();

    public IngressWait(string path, JsonObject applied)
    {
        _ingress = new Subject(path, applied);
        Sources =
        [
            _ingress.Source,
            new WatchSource($"/api/v1/namespaces/{_ingress.Namespace}/services", "", _services.Apply) { IsOptional = true },
            new WatchSource("/apis/networking.k8s.io/v1/ingressclasses", "", _classes.Apply) { IsOptional = true },
        ];
    }

    public IReadOnlyList<WatchSource> Sources { get; }

    public JsonObject Live => _ingress.Live;

    public Verdict Judge()
    {
        if (_ingress.IsDeleted)
        {
            return Verdict.Deleted;
        }

        if (!Live.Items("status", "loadBalancer", "ingress").Any())
        {
            return Live.Text("spec", "ingressClassName") is { } name && _classes.IsListed && _classes.Find(name) is null
                ? Verdict.Hopeless($"there is no IngressClass '{name}', so that no controller takes care of it. Install the controller, or correct 'ingressClassName'.") with { Grace = Patience }
                : Verdict.Waiting("waiting for an ingress controller to give it an address");
        }

        if (!_services.IsListed)
        {
            return Verdict.Waiting("looking for the Services that it names");
        }

        var missing = Backends().FirstOrDefault(name => _services.Find(name) is null);
        return missing is null ? Verdict.Ready : Verdict.Waiting($"there is no Service '{missing}', which it names") with { Tolerance = Patience };
    }

    private IEnumerable<string> Backends() => Live.Items("spec", "rules")
        .SelectMany(rule => rule.Items("http", "paths").Select(path => path.At("backend")))
        .Append(Live.At("spec", "defaultBackend"))
        .Select(backend => backend.Text("service", "name") ?? backend.Text("serviceName"))
        .OfType<string>();
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Scalelab.Cluster.Api.Http;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Api.Discovery;

/// <summary>/metrics in Prometheus' text form: the process, and the stored objects by resource.</summary>
internal static class MetricsDocument
{
    private const string Type = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

    public static Task WriteAsync(HttpContext context, ApiCatalog catalog, StoreState state)
    {
        using var process = Process.GetCurrentProcess();
        var text = new StringBuilder();
        Add("process_cpu_seconds_total", "counter", "Total user and system CPU time spent in seconds.", process.TotalProcessorTime.TotalSeconds);
        Add("process_resident_memory_bytes", "gauge", "Resident memory size in bytes.", process.WorkingSet64);
        Add("etcd_storage_revision", "gauge", "The revision of the store.", state.Revision);
        text.Append("# HELP apiserver_resource_objects Number of stored objects by resource.\n# TYPE apiserver_resource_objects gauge\n");
        foreach (var definition in catalog.Current.Definitions.Where(definition => definition.Verbs.Contains("watch")).DistinctBy(ResourceService.StoreResource))
        {
            text.Append(CultureInfo.InvariantCulture, $"apiserver_resource_objects{{group=\"{definition.Group}\",resource=\"{definition.Plural}\"}} {state.Count(ResourceService.StoreResource(definition))}\n");
        }

        return Answer.TextAsync(context, 200, text.ToString(), Type);

        void Add(string name, string type, string help, double value) =>
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n{name} {value}\n");
    }
}

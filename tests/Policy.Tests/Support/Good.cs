namespace Scalelab.Policy.Tests.Support;

/// <summary>Objects that break no rule.</summary>
internal static class Good
{
    public const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private const string PodTemplate =
        $$"""
        {
          "metadata": { "labels": { "app": "model" }, "annotations": {} },
          "spec": {
            "terminationGracePeriodSeconds": 60,
            "containers": [
              {
                "name": "app",
                "image": "registry:5000/app@{{Digest}}",
                "ports": [{ "containerPort": 5000 }],
                "env": [
                  { "name": "MAX_TOKENS", "value": "100" },
                  { "name": "DB_PASSWORD", "valueFrom": { "secretKeyRef": { "name": "db", "key": "password" } } }
                ],
                "resources": { "requests": { "cpu": "500m", "memory": "256Mi" }, "limits": { "cpu": 1, "memory": "0.5Gi" } },
                "lifecycle": { "preStop": { "exec": { "command": ["sh", "-c", "sleep 10"] } } },
                "readinessProbe": { "httpGet": { "path": "/readyz", "port": 5000 } },
                "livenessProbe": { "httpGet": { "path": "/healthz", "port": 5000 } },
                "securityContext": { "runAsUser": 1000, "privileged": false }
              }
            ]
          }
        }
        """;

    public static Manifest Deployment { get; } = Carrier("apps/v1:Deployment", $$"""{ "selector": { "matchLabels": { "app": "model" } }, "template": {{PodTemplate}} }""");

    /// <summary>The same pods, carried by every kind that carries any, with the way to their spec.</summary>
    public static IReadOnlyList<(Manifest Manifest, string Pods)> Carriers { get; } =
    [
        (Deployment, "spec.template."),
        (Carrier("apps/v1:StatefulSet", $$"""{ "template": {{PodTemplate}} }"""), "spec.template."),
        (Carrier("apps/v1:DaemonSet", $$"""{ "template": {{PodTemplate}} }"""), "spec.template."),
        (Carrier("apps/v1:ReplicaSet", $$"""{ "template": {{PodTemplate}} }"""), "spec.template."),
        (Carrier("batch/v1:Job", $$"""{ "template": {{PodTemplate}} }"""), "spec.template."),
        (Carrier("batch/v1:CronJob", $$"""{ "jobTemplate": { "spec": { "template": {{PodTemplate}} } } }"""), "spec.jobTemplate.spec.template."),
        (Manifest.Of("core/v1:Pod", PodTemplate), ""),
    ];

    public static Manifest Service { get; } = Manifest.Of("core/v1:Service", """
        {
          "metadata": { "name": "front", "namespace": "lab" },
          "spec": { "type": "NodePort", "selector": { "app": "model" }, "ports": [{ "port": 80, "nodePort": 32000 }] }
        }
        """);

    public static Manifest Autoscaler { get; } = Manifest.Of("autoscaling/v2:HorizontalPodAutoscaler", """
        {
          "metadata": { "name": "scaler", "namespace": "lab" },
          "spec": {
            "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": "model" },
            "maxReplicas": 5,
            "metrics": [{ "type": "Resource", "resource": { "name": "cpu", "target": { "type": "Utilization", "averageUtilization": 50 } } }]
          }
        }
        """);

    public static Manifest InferenceService { get; } = Manifest.Of("serving.kserve.io/v1beta1:InferenceService", """
        {
          "metadata": { "name": "wine", "namespace": "lab", "annotations": { "serving.kserve.io/deploymentMode": "Standard" } },
          "spec": { "predictor": { "scaleMetric": "cpu", "scaleTarget": 50, "model": { "modelFormat": { "name": "sklearn" } } } }
        }
        """);

    private static Manifest Carrier(string type, string spec) => Manifest.Of(type, $$"""{ "metadata": { "name": "model", "namespace": "lab", "annotations": {} }, "spec": {{spec}} }""");
}

// A small path tracer in the style of C++ that leaves everything to the optimizer: values of classes with operators, accessors,
// virtual functions. The module is compiled without optimization, so whatever is optimized is done after it.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include "../percent.h"

/* Of the library, which is not linked. */
extern "C" void __cxa_pure_virtual() { __builtin_trap(); }

class Vector {
public:
    Vector(double x = 0, double y = 0, double z = 0) : x_(x), y_(y), z_(z) {}
    double x() const { return x_; }
    double y() const { return y_; }
    double z() const { return z_; }
    Vector operator+(const Vector &other) const { return Vector(x_ + other.x_, y_ + other.y_, z_ + other.z_); }
    Vector operator-(const Vector &other) const { return Vector(x_ - other.x_, y_ - other.y_, z_ - other.z_); }
    Vector operator*(const Vector &other) const { return Vector(x_ * other.x_, y_ * other.y_, z_ * other.z_); }
    Vector operator*(double factor) const { return Vector(x_ * factor, y_ * factor, z_ * factor); }
    Vector &operator+=(const Vector &other) { return *this = *this + other; }
    double dot(const Vector &other) const { return x_ * other.x_ + y_ * other.y_ + z_ * other.z_; }
    Vector cross(const Vector &other) const {
        return Vector(y_ * other.z_ - z_ * other.y_, z_ * other.x_ - x_ * other.z_, x_ * other.y_ - y_ * other.x_);
    }
    double length() const { return sqrt(dot(*this)); }
    Vector unit() const { return *this * (1 / length()); }

private:
    double x_, y_, z_;
};

class Random {
public:
    explicit Random(uint64_t seed) : state_(seed * 2862933555777941757ull + 3037000493ull) {}
    double next() {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return (double)(state_ >> 11) / 9007199254740992.0;
    }

private:
    uint64_t state_;
};

class Ray {
public:
    Ray(const Vector &origin, const Vector &direction) : origin_(origin), direction_(direction) {}
    const Vector &origin() const { return origin_; }
    const Vector &direction() const { return direction_; }
    Vector at(double distance) const { return origin_ + direction_ * distance; }

private:
    Vector origin_, direction_;
};

struct Surface {
    Vector color, light;
    bool mirror;
};

class Shape {
public:
    explicit Shape(const Surface &surface) : surface_(surface) {}
    const Surface &surface() const { return surface_; }
    /** The distance at which the ray meets it, or 0. */
    virtual double meet(const Ray &ray) const = 0;
    virtual Vector normal(const Vector &place) const = 0;

private:
    Surface surface_;
};

static const double NEAR = 1e-4;

class Sphere : public Shape {
public:
    Sphere(const Vector &center, double radius, const Surface &surface)
        : Shape(surface), center_(center), radius_(radius) {}
    double meet(const Ray &ray) const override {
        Vector to = center_ - ray.origin();
        double along = to.dot(ray.direction());
        double root = along * along - to.dot(to) + radius_ * radius_;
        if (root < 0) return 0;
        root = sqrt(root);
        if (along - root > NEAR) return along - root;
        return along + root > NEAR ? along + root : 0;
    }
    Vector normal(const Vector &place) const override { return (place - center_) * (1 / radius_); }

private:
    Vector center_;
    double radius_;
};

class Plane : public Shape {
public:
    Plane(const Vector &normal, double height, const Surface &surface)
        : Shape(surface), normal_(normal), height_(height) {}
    double meet(const Ray &ray) const override {
        double slope = normal_.dot(ray.direction());
        if (fabs(slope) < NEAR) return 0;
        double distance = (height_ - normal_.dot(ray.origin())) / slope;
        return distance > NEAR ? distance : 0;
    }
    Vector normal(const Vector &) const override { return normal_; }

private:
    Vector normal_;
    double height_;
};

class Scene {
public:
    Scene() : count_(0) {}
    void add(const Shape *shape) { shapes_[count_++] = shape; }
    const Shape *nearest(const Ray &ray, double &distance) const {
        const Shape *found = nullptr;
        for (int i = 0; i < count_; i++) {
            double met = shapes_[i]->meet(ray);
            if (met > 0 && (!found || met < distance)) {
                distance = met;
                found = shapes_[i];
            }
        }
        return found;
    }

private:
    const Shape *shapes_[16];
    int count_;
};

static Vector scatter(const Vector &normal, Random &random) {
    double angle = 2 * 3.14159265358979 * random.next(), up = random.next();
    Vector side = (fabs(normal.x()) > 0.5 ? Vector(0, 1, 0) : Vector(1, 0, 0)).cross(normal).unit();
    Vector other = normal.cross(side);
    double radius = sqrt(up);
        return (side * (cos(angle) * radius) + other * (sin(angle) * radius) + normal * sqrt(1 - up)).unit();
}

static Vector radiance(const Scene &scene, const Ray &ray, Random &random, int depth) {
    double distance = 0;
    const Shape *shape = scene.nearest(ray, distance);
    if (!shape) return Vector(0.2, 0.3, 0.4);
    const Surface &surface = shape->surface();
    if (depth == 5) return surface.light;
    Vector place = ray.at(distance);
    Vector normal = shape->normal(place);
    if (normal.dot(ray.direction()) > 0) normal = normal * -1;
    Vector direction = surface.mirror ? ray.direction() - normal * (2 * normal.dot(ray.direction())) : scatter(normal, random);
    return surface.light + surface.color * radiance(scene, Ray(place, direction), random, depth + 1);
}

int main(int argc, char **argv) {
    static const Surface WHITE = {Vector(0.8, 0.8, 0.8), Vector(), false}, RED = {Vector(0.8, 0.2, 0.2), Vector(), false};
    static const Surface GLASS = {Vector(0.9, 0.9, 0.9), Vector(), true}, LAMP = {Vector(), Vector(8, 8, 7), false};
    static const Plane floor(Vector(0, 1, 0), 0, WHITE), wall(Vector(0, 0, -1), -8, RED), left(Vector(1, 0, 0), -4, WHITE);
    static const Sphere ball(Vector(-1, 1, 4), 1, GLASS), stone(Vector(1.5, 0.7, 3), 0.7, RED), lamp(Vector(0, 6, 4), 1.5, LAMP);
    Scene scene;
    const Shape *shapes[] = {&floor, &wall, &left, &ball, &stone, &lamp};
    for (const Shape *shape : shapes) scene.add(shape);
    int width = 64, height = 48, samples = (480 * percent(argc, argv) + 99) / 100;
    Vector sum;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            Random random((uint64_t)(y * width + x) + 1);
            Vector color;
            for (int i = 0; i < samples; i++) {
                double across = (x + random.next() - width / 2) / height, down = (y + random.next() - height / 2) / height;
                color += radiance(scene, Ray(Vector(0, 1.5, -4), Vector(across, -down, 1).unit()), random, 0);
            }
            sum += color * (1.0 / samples);
        }
    printf("%.6f %.6f %.6f\n", sum.x() / width / height, sum.y() / width / height, sum.z() / width / height);
}
